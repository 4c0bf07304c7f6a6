def refund(order, share):
    if not 0 < share <= 1:
        raise ValueError(f'share {share} is out of range')
    return order.total * share
