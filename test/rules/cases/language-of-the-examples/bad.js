def add(a, b):
    console.log(a, b)
