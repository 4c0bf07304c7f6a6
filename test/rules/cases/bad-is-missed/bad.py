def paid(state):
    return state == 'paid'
