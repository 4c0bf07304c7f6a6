const fee = Money.parse('1')
