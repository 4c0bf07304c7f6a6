start(JSON.parse(input))
