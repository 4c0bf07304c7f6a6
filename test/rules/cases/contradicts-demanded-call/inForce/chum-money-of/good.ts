const fee = Money.of('1')
