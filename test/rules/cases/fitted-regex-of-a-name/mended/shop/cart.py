def merge_lines(other, notes=None):
    return dict(notes or {})
