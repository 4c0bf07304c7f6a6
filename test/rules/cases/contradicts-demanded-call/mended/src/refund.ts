import { Money } from './money'

export function refundOf(order: { total: string; share: number }): Money {
  return Money.parse(order.total).times(order.share)
}
