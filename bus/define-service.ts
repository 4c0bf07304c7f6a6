import type { z } from 'zod'

/** Services: what other programs may ask and get an answer to at once, as NATS micro services `cortex.<group>.<endpoint>`. */

/** Who asks. Only a request with the operator's secret is believed about it; everybody else is by and on `service`. */
export interface Caller {
  readonly by: string
  readonly channel: CallerChannel
}
export const CallerChannels = ['cli', 'demo', 'gateway', 'chat', 'webhook', 'mcp'] as const
export type CallerChannel = (typeof CallerChannels)[number] | 'service'

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

export interface EndpointSpec<Input extends z.ZodType, Context> {
  /** What it does, in a sentence. */
  readonly summary: string
  /** Strict: what a body says beyond it is a fault. */
  readonly input: Input
  /** Answers with something JSON can carry. Throws `RequestFault`. */
  readonly handler: (input: z.output<Input>, context: Context) => Promise<object>
}

/** Any endpoint, as `serve` handles it. */
export interface AnyEndpoint<Context> {
  readonly summary: string
  readonly input: z.ZodType
  // Called with what its own schema has just parsed; types meet in defineService only.
  readonly handler: (input: never, context: Context) => Promise<object>
}
export interface AnyService<Context> {
  readonly description: string
  readonly endpoints: Readonly<Record<string, AnyEndpoint<Context>>>
}

/** `defineService` for endpoints that get this context. A file of a group's name declares it. */
export const servicesOf =
  <Context>() =>
  <Inputs extends Record<string, z.ZodType>>(service: {
    description: string
    endpoints: { [Name in keyof Inputs]: EndpointSpec<Inputs[Name], Context> }
  }): { description: string; endpoints: { [Name in keyof Inputs]: EndpointSpec<Inputs[Name], Context> } } =>
    service
