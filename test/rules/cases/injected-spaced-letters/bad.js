const value = eval(input)
