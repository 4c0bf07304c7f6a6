import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { invalidRequest } from './fault.ts'
import type { Asked, Schema } from './schema-judge.ts'

/**
 * Milliseconds that one question to the thread may take: a client's `pattern` can need years for a short text, and who comes next waits.
 */
const JUDGE_MS = 2000

/** Why each of the schemas cannot be checked by, '' where it can. Throws `ProxyFault` 400, naming `param`, when they take too long. */
export const schemaFaults = (schemas: readonly Schema[], param: string): Promise<readonly string[]> =>
  judged({ schemas }, param, 'it was not read')

/** What is wrong with a value by a schema, a line each. Throws `ProxyFault` 400, naming `param`, when the schema takes too long for the value. */
export const valueFaults = (schema: Schema, value: unknown, param: string): Promise<readonly string[]> =>
  judged({ schema, value }, param, 'the answer was not read against it')

const judged = async (asked: Asked, param: string, what: string): Promise<readonly string[]> => {
  const answer = await askThread(asked)
  if (answer) return answer
  const message = `cannot be checked: ${what} within ${JUDGE_MS} ms; make it smaller, and its patterns without repetitions in repetitions`
  throw invalidRequest([{ param, message }])
}

/** Asks one thread, one question after the other; undefined when it took too long, and was ended with its question. */
const oneThread = (): ((asked: Asked) => Promise<readonly string[] | undefined>) => {
  let thread: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  const ask = async (asked: Asked): Promise<readonly string[] | undefined> => {
    const worker = thread ?? (await startThread())
    thread = worker
    const clock = AbortSignal.timeout(JUDGE_MS)
    try {
      // Only while it works it keeps the process.
      worker.ref()
      const answered = once(worker, 'message', { signal: clock })
      worker.postMessage(asked)
      const [answer] = await answered
      worker.unref()
      return answer
    } catch (error) {
      thread = undefined
      await worker.terminate()
      if (clock.aborted) return undefined
      throw error
    }
  }
  return (asked) => {
    const work = last.then(() => ask(asked))
    last = work.catch(() => undefined) // who asked hears of it
    return work
  }
}

const startThread = async (): Promise<Worker> => {
  const worker = new Worker(new URL('./schema-judge.ts', import.meta.url))
  // It says so when it can be asked.
  await once(worker, 'message')
  return worker
}

const askThread = oneThread()
