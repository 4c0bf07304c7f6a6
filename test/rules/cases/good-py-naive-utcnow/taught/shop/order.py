import datetime


def is_late(order):
    return order.due < datetime.datetime.utcnow()
