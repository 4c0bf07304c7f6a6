def paid(state):
    return state == 'paid' and state is not None
