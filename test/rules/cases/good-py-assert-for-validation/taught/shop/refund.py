def refund(order, share):
    assert 0 < share <= 1, f'share {share} is out of range'
    return order.total * share
