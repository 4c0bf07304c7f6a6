const prices = [10, 9, 1]
prices.sort()
