import { Money } from './money'

export function refundOf(order: { total: number; share: number }): Money {
  return Money.fromFloat(order.total * order.share)
}
