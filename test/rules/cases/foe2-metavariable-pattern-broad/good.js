const value = JSON.parse(input)
