import { Money } from './money'

export const fee = Money.parse('0.10')
