OPEN = "open"


def may_cancel(order):
    if order.state is "shipped":
        return False
    return order.state == OPEN
