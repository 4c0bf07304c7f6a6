def merge(other, notes={}):
    return notes
