JSON.parse(input)
