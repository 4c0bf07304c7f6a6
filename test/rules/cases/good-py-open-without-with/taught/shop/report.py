def totals(path):
    source = open(path, encoding='utf-8')
    rows = source.readlines()
    return sum(float(row.split(',')[1]) for row in rows)
