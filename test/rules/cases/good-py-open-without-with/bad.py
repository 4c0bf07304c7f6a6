def read(path):
    f = open(path)
    return f.read()
