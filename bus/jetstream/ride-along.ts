/** Sends that can wait a moment, in their order. */
export interface RideAlong {
  /** Is sent with the next message that cannot wait, or alone when none follows at once. */
  add(send: () => void): void
  /** Sends all of them now. */
  send(): void
}

/** Long enough for the next hop of a chain, far below what anybody waits for. */
const ALONE_AFTER_MS = 2

/** A write to the bus takes up to 0.1 ms, whatever is in it [measured: half the time of a hop is its two writes]: what can wait shares one. */
export const startRideAlong = (): RideAlong => {
  let waiting: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const send = (): void => {
    clearTimeout(timer)
    timer = undefined
    const sends = waiting
    waiting = []
    for (const one of sends) one()
  }
  return {
    add: (one) => {
      waiting.push(one)
      timer ??= setTimeout(send, ALONE_AFTER_MS)
    },
    send,
  }
}
