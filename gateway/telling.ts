import { RequestFault } from '../bus/define-service.ts'
import { mapTexts } from '../bus/noted-steps.ts'
import type { Carrier } from './operations.ts'

/** Words of the system with its next steps as they are typed where they are read. */
export type Told = (words: string) => string

/** Carries as the other does; the next steps in the answer, and in faults, are those that its reader can type. */
export const telling =
  (carry: Carrier, told: Told): Carrier =>
  async (operation, input) => {
    try {
      return mapTexts(await carry(operation, input), told)
    } catch (error) {
      throw error instanceof RequestFault ? inFault(error, told) : error
    }
  }

/** A refusal with its next steps as they are typed where it is read. Pure. */
export const inFault = ({ code, faults, retryAfterMs }: RequestFault, told: Told): RequestFault =>
  new RequestFault(code, faults.map(told), retryAfterMs === undefined ? {} : { retryAfterMs })
