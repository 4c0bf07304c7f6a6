import { type AnyService, RequestFault } from '../bus/define-service.ts'
import { faultsOf } from '../bus/envelope.ts'
import { isTransient } from '../bus/jetstream/patience.ts'
import type { ServiceContext } from './context/define-service.ts'
import type { Ask } from './operations.ts'

/** How long an answer may take beside what the request itself wants to wait, in milliseconds. */
const ANSWER_MS = 15_000

/** Asks the endpoints of this very process, as the bus would: the same schemas, the same faults, and 503 when the bus is away. */
export const askInProcess =
  (groups: ReadonlyMap<string, AnyService<ServiceContext>>, context: ServiceContext): Ask =>
  async (name, input) => {
    const [group = '', part = ''] = name.split('.')
    const endpoints = groups.get(group)?.endpoints ?? {}
    const endpoint = Object.hasOwn(endpoints, part) ? endpoints[part] : undefined
    if (!endpoint) throw new RequestFault(404, [`there is no endpoint "${name}"`])
    const parsed = endpoint.input.safeParse(input)
    if (!parsed.success) throw new RequestFault(400, faultsOf(parsed.error))
    const waitMs = 'waitMs' in input && typeof input.waitMs === 'number' ? input.waitMs : 0
    try {
      // `handler` takes what its own schema gives.
      return await within(ANSWER_MS + waitMs, endpoint.handler(parsed.data as never, context))
    } catch (error) {
      throw isTransient(error) || isTimeout(error) ? busAway() : error
    }
  }

/** Lets through what `mayAsk` says. */
export const guarded =
  (ask: Ask, mayAsk: (endpoint: string) => boolean, name: string): Ask =>
  async (endpoint, input) => {
    if (!mayAsk(endpoint)) throw new RequestFault(403, [`the token of "${name}" lacks the scope for this (${endpoint})`])
    return ask(endpoint, input)
  }

const within = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(busAway()), milliseconds)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

const busAway = (): RequestFault => new RequestFault(503, ['the bus is away for a moment; try again'], { retryAfterMs: 2000 })

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'
