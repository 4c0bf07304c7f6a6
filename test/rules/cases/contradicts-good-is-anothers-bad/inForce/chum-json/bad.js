JSON.parse(text)
