def totals(path):
    with open(path, encoding='utf-8') as source:
        return sum(float(row.split(',')[1]) for row in source)
