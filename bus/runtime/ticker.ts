import type { Delivery } from '../jetstream/consume.ts'

/** One timer tells the bus about everything in flight that we are still at it, so that a long handler keeps its message. */
export interface Ticker {
  /** Ticks for the delivery until the returned function is called, `forMs` at most. */
  hold(delivery: Delivery, forMs: number): () => void
  stop(): void
}

/** Ticks at a third of `ackWaitMs`. */
export const startTicker = (ackWaitMs: number): Ticker => {
  const held = new Map<Delivery, number>()
  const timer = setInterval(() => {
    const now = Date.now()
    for (const [delivery, until] of held) {
      if (now > until) held.delete(delivery)
      else delivery.working()
    }
  }, ackWaitMs / 3)
  return {
    hold: (delivery, forMs) => {
      held.set(delivery, Date.now() + forMs)
      return () => held.delete(delivery)
    },
    stop: () => clearInterval(timer),
  }
}
