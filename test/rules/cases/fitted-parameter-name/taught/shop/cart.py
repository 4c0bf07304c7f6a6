class Cart:
    def merge(self, other, notes={}):
        notes[other.id] = len(other.lines)
        self.lines.extend(other.lines)
        return notes
