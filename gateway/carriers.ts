import type { z } from 'zod'
import { RequestFault } from '../bus/define-service.ts'
import { faultsOf } from '../bus/envelope.ts'
import { isTransient } from '../bus/jetstream/patience.ts'
import { Overrun, within } from '../bus/within.ts'
import type { ServiceContext } from './context/define-service.ts'
import type { AnyOperation } from './define-operation.ts'
import type { Scope } from './http/scopes.ts'
import type { Carrier } from './operations.ts'
import { isRead } from './spelling.ts'

/** How long an answer may take beside what the request itself wants to wait, in milliseconds. */
const ANSWER_MS = 15_000

/** How long an answer to this request may take, in milliseconds. */
export const patienceFor = (input: object): number => ANSWER_MS + ('waitMs' in input && typeof input.waitMs === 'number' ? input.waitMs : 0)

/** Carries to the handlers of this very process: the same schemas and faults as over the bus, once, and 503 when the bus is away. */
export const inProcess =
  (context: ServiceContext): Carrier =>
  async (operation, input) => {
    const said = isRead(operation, input) ? input : readInput(operation.input, input)
    try {
      // `handler` takes what its own schema gives.
      return await within(patienceFor(input), operation.name, operation.handler(said as never, context))
    } catch (error) {
      throw isTransient(error) || isTimeout(error) ? busAway() : error
    }
  }

/** Asks the micro service of an operation over the bus. Throws `RequestFault`. */
export type Ask = (operation: Pick<AnyOperation, 'name' | 'scopes'>, input: object) => Promise<unknown>

/** Carries over the bus, perhaps to another version: what comes back is checked here. */
export const overBus =
  (ask: Ask): Carrier =>
  async (operation, input) =>
    operation.answer.parse(await ask(operation, input))

/** Carries for `name` what one of these scopes opens, and refuses the rest with `RequestFault` 403. */
export const withScopes =
  (carry: Carrier, scopes: readonly string[], name: string): Carrier =>
  async (operation, input) => {
    if (!operation.scopes.some((scope: Scope) => scopes.includes(scope)))
      throw new RequestFault(403, [`the token of "${name}" lacks the scope for this (${operation.name})`])
    return carry(operation, input)
  }

/** What a schema makes of what was said. Throws `RequestFault` 400 with all faults. */
export const readInput = <Schema extends z.ZodType>(schema: Schema, said: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(said ?? {})
  if (!parsed.success) throw new RequestFault(400, faultsOf(parsed.error))
  return parsed.data
}

const busAway = (): RequestFault => new RequestFault(503, ['the bus is away for a moment; try again'], { retryAfterMs: 2000 })

const isTimeout = (error: unknown): boolean => error instanceof Overrun || (error instanceof DOMException && error.name === 'TimeoutError')
