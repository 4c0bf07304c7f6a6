/** Something took longer than it may. */
export class Overrun extends Error {
  override readonly name = 'Overrun'
}

/** The work's result, or an Overrun naming it after `ms`; the work itself is not stopped. */
export const within = async <Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> => {
  const bound = Promise.withResolvers<never>()
  const timer = setTimeout(() => bound.reject(new Overrun(`${what} took longer than ${ms / 1000} s`)), ms)
  try {
    return await Promise.race([work, bound.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The work's result, or the signal's reason the moment it aborts; the work itself is not stopped. */
export const unlessAborted = async <Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> => {
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
