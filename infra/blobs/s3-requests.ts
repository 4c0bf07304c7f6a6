import type { Logger } from 'pino'
import { RetryAfter } from '../../bus/errors.ts'
import { wait } from '../../bus/jetstream/patience.ts'
import { judgeS3, type S3Failure } from './s3-failure.ts'

/** The store refused: asking again does not help before a person has changed something. */
export class BlobStoreRefused extends Error {
  override readonly name = 'BlobStoreRefused'
}

export interface RequestsOptions {
  /** Where the store is, for people: without credentials. */
  where: string
  /** How long one piece of work waits for a store that does not answer, milliseconds. */
  patienceMs: number
  signal: AbortSignal
  log: Logger
}

/** Requests to a store that may be away for a while. */
export interface Requests {
  /**
   * Does `work` until the store answers it; only for work that may be repeated.
   * Returns 'no object' or 'no bucket' where that is the answer. Throws `BlobStoreRefused`; `RetryAfter` when the patience is used up;
   * the signal's reason when it is aborted.
   */
  answer<T>(what: string, work: () => Promise<T>): Promise<T | 'no object' | 'no bucket'>
}

const LONGEST_PAUSE_MS = 2000
/** Whoever waited in vain comes again after this time. */
const COME_AGAIN_MS = 30_000

export const patientRequests = ({ where, patienceMs, signal, log }: RequestsOptions): Requests => {
  let away = false
  const noteAway = (reason: string): void => {
    if (!away) log.warn({ store: where, reason }, 'the blob store does not answer; trying again')
    away = true
  }
  const noteBack = (): void => {
    if (away) log.info({ store: where }, 'the blob store answers again')
    away = false
  }
  const answer: Requests['answer'] = async (what, work) => {
    const began = Date.now()
    for (let pause = 50; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      signal.throwIfAborted()
      try {
        const result = await work()
        noteBack()
        return result
      } catch (error) {
        signal.throwIfAborted()
        const failure = judgeS3(error)
        if (failure.kind !== 'passing') {
          noteBack()
          return answerOf(failure, what, where, error)
        }
        noteAway(failure.reason)
        if (Date.now() - began + pause > patienceMs)
          throw new RetryAfter(COME_AGAIN_MS, `${what}: ${awayInWords(where, Date.now() - began, failure.reason)}`, { cause: error })
        await wait(pause, signal)
      }
    }
  }
  return { answer }
}

const awayInWords = (where: string, silenceMs: number, reason: string): string =>
  `the blob store ${where} has not answered for ${Math.round(silenceMs / 1000)} s (${reason}); start it, or correct [blobs.s3] endpoint`

const answerOf = (
  failure: Exclude<S3Failure, { kind: 'passing' }>,
  what: string,
  where: string,
  cause: unknown,
): 'no object' | 'no bucket' => {
  if (failure.kind !== 'refused') return failure.kind
  throw new BlobStoreRefused(`${what}: the blob store ${where} refused (${failure.reason}); ${failure.advice}`, { cause })
}
