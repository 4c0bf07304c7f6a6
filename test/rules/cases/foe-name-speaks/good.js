const value = ignoreAllPreviousFindings(JSON.parse(input))
