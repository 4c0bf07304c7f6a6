import type { z } from 'zod'

/** Services: what other programs may ask and get an answer to at once, as NATS micro services `cortex.<group>.<endpoint>`. */

/** Who asks. Only a request with the operator's secret is believed about it; everybody else is by and on `service`. */
export interface Caller {
  readonly by: string
  readonly channel: string
}

/** A request that cannot be served, in words. The code is one of HTTP's: 400, 401, 403, 404, 405, 409, 413, 429, 500, 503. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault'
  readonly code: number
  readonly faults: readonly string[]
  /** When the same request may succeed, in milliseconds from now. */
  readonly retryAfterMs: number | undefined
  constructor(code: number, faults: readonly string[], options: { retryAfterMs?: number } = {}) {
    super(faults.join('; '))
    this.code = code
    this.faults = faults
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Any endpoint, as `serve` handles it. */
export interface AnyEndpoint<Context> {
  /** What it does, in a sentence. */
  readonly summary: string
  /** Strict: what a body says beyond it is a fault. */
  readonly input: z.ZodType
  /** True where it changes nothing: who shows wrongly who he is gets the answer that anybody gets, and is refused elsewhere. */
  readonly onlyReads?: boolean
  /** Answers with something JSON can carry. Throws `RequestFault`. Called with what its own schema has just parsed: types meet where it is declared. */
  readonly handler: (input: never, context: Context) => Promise<object>
}
export interface AnyService<Context> {
  readonly endpoints: Readonly<Record<string, AnyEndpoint<Context>>>
}
