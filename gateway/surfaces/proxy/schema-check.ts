import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { invalidRequest } from './fault.ts'
import type { Asked, Schema } from './schema-judge.ts'

/** Milliseconds, on a slow machine too, for reading the schemas of a request: one of 17,000 characters takes a second at most. */
const READ_MS = 10_000
/** Milliseconds for a value: a client's `pattern` can need years for a short text, and who comes next waits. */
const VALUE_MS = 4000
/** Megabytes of the thread; a schema of 1 MB takes about a tenth. */
const MOST_MB = 512

/** A schema's check of an answer was given up: neither says anything of the other. */
export class UncheckedAnswer extends Error {
  override readonly name = 'UncheckedAnswer'
}

/** Why each of the schemas cannot be checked by, '' where it can. Throws `ProxyFault` 400, naming `param`, when they take too long. */
export const schemaFaults = async (schemas: readonly Schema[], param: string): Promise<readonly string[]> => {
  const faults = await askThread({ schemas }, READ_MS)
  if (faults) return faults
  throw invalidRequest([{ param, message: `cannot be checked: it was not read within ${READ_MS} ms and ${MOST_MB} MB; make it smaller` }])
}

/** What is wrong with a value by a schema, a line each. Throws `UncheckedAnswer`, naming `param`, when the schema takes too long for the value. */
export const valueFaults = async (schema: Schema, value: unknown, param: string): Promise<readonly string[]> => {
  const faults = await askThread({ schema, value }, VALUE_MS)
  if (faults) return faults
  const advice = 'make it smaller, and its patterns without repetitions in repetitions'
  throw new UncheckedAnswer(`${param}: the answer was not read against it within ${VALUE_MS} ms; ${advice}`)
}

/** Asks one thread, one question after the other; undefined when it took too much, and was ended with its question. */
const oneThread = (): ((asked: Asked, withinMs: number) => Promise<readonly string[] | undefined>) => {
  let thread: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  const forget = (worker: Worker): void => {
    if (thread === worker) thread = undefined
  }
  const ask = async (asked: Asked, withinMs: number): Promise<readonly string[] | undefined> => {
    const worker = thread ?? (await startThread(forget))
    thread = worker
    const clock = AbortSignal.timeout(withinMs)
    try {
      // Only while it works it keeps the process.
      worker.ref()
      const answered = once(worker, 'message', { signal: clock })
      worker.postMessage(asked)
      const [answer] = await answered
      worker.unref()
      return answer
    } catch (error) {
      forget(worker)
      await worker.terminate()
      if (clock.aborted || isTooLarge(error)) return undefined
      throw error
    }
  }
  return (asked, withinMs) => {
    const work = last.then(() => ask(asked, withinMs))
    last = work.catch(() => undefined) // who asked hears of it
    return work
  }
}

const isTooLarge = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

const startThread = async (forget: (worker: Worker) => void): Promise<Worker> => {
  const worker = new Worker(new URL('./schema-judge.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MOST_MB } })
  // Whoever asked hears of it by himself; one that ends between two questions is only replaced.
  worker.on('error', () => forget(worker))
  // It says so when it can be asked.
  await once(worker, 'message')
  return worker
}

const askThread = oneThread()
