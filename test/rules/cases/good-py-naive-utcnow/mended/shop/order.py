import datetime


def is_late(order):
    return order.due < datetime.datetime.now(datetime.timezone.utc)
