schema.read(text)
