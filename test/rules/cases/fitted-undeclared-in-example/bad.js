start(readSettings(input))
