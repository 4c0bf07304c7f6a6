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
