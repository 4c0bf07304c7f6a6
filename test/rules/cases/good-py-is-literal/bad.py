def paid(state):
    return state is 'paid'
