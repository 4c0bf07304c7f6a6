def paid(state):
    return state in PAID
