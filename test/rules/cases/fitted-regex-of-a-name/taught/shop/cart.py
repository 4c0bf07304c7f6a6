def merge_order_lines(other, notes={}):
    notes[other] = 1
    return notes
