def pay(amount):
    assert amount > 0, 'amount must be positive'
    return amount
