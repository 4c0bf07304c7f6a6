type Place = <Work>(signal: AbortSignal, work: () => Promise<Work>) => Promise<Work>

/** Does as many works at once as there are places; the others wait their turn, and give up by their own signal. */
export function createPlaces(count: number): Place {
  const waiting = new Set<() => void>()
  let free = count

  const turn = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const abort = (): void => {
      if (waiting.delete(resolve)) reject(signal.reason)
    }
    waiting.add(resolve)
    signal.addEventListener('abort', abort, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', abort))
  }

  const leave = (): void => {
    const [next] = waiting
    if (!next) {
      free += 1
      return
    }
    waiting.delete(next)
    next()
  }

  return async (signal, work) => {
    if (free > 0) free -= 1
    else await turn(signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
