import { Money } from './money'

export const fee = Money.fromFloat(0.1)
