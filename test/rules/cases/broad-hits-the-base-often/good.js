select(name)
