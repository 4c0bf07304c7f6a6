import { RequestFault } from '../bus/define-service.ts'
import type { Carrier } from './operations.ts'

/** Words of the system with its next steps as they are typed where they are read. */
export type Told = (words: string) => string

/** The fields of answers that hold sentences of the system. */
const SENTENCES: ReadonlySet<string> = new Set(['why', 'detail', 'reason'])

/** The field that holds facts, which are told as they happened. */
const FACTS = 'events'

/** Carries as the other does; the next steps in sentences of the answer, and in faults, are those that its reader can type. */
export const telling =
  (carry: Carrier, told: Told): Carrier =>
  async (operation, input) => {
    try {
      return inAnswer(await carry(operation, input), told)
    } catch (error) {
      throw error instanceof RequestFault ? inFault(error, told) : error
    }
  }

/** A refusal with its next steps as they are typed where it is read. Pure. */
export const inFault = ({ code, faults, retryAfterMs }: RequestFault, told: Told): RequestFault =>
  new RequestFault(code, faults.map(told), retryAfterMs === undefined ? {} : { retryAfterMs })

const inAnswer = (answer: unknown, told: Told): unknown => {
  if (Array.isArray(answer)) return answer.map((one) => inAnswer(one, told))
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      typeof value === 'string' && SENTENCES.has(name) ? told(value) : name === FACTS ? value : inAnswer(value, told),
    ]),
  )
}
