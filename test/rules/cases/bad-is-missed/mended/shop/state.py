OPEN = "open"


def may_cancel(order):
    if order.state == "shipped":
        return False
    return order.state == OPEN
