// @ts-check
import { pause, replyError } from './connection.mjs'
import { cortexError } from './errors.mjs'

/**
 * @typedef {import('./connection.mjs').Reply} Reply
 * @typedef {ReturnType<typeof import('./connection.mjs').connection>} Connection
 * @typedef {import('./types.d.mts').Progress} Progress
 */

/** Milliseconds of one long poll: short where somebody watches the progress. */
const pollMs = { quiet: 25_000, watched: 1_000 }
/** Milliseconds that the last words to the proxy may take. */
const FAREWELL_MS = 5_000
const BACKPRESSURE_MS = 1_000

/**
 * Submits a job and waits for its end, over dropped connections and restarts of the proxy. When the signal aborts, the job is
 * cancelled and the signal's reason thrown.
 * @param {Connection} proxy @param {object} body
 * @param {{ signal: AbortSignal, deadline: number, connectMs: number, onProgress?: (progress: Progress) => void, onJob: (id: string) => void }} options
 * @returns {Promise<Reply>} the result, status 200
 */
export async function runJob(proxy, body, { signal, deadline, connectMs, onProgress, onJob }) {
  // The call itself is not aborted: a job that was taken must be known to be cancelled.
  const submitting = submit(proxy, body, { signal, deadline, connectMs })
  try {
    const id = await orAbort(submitting, signal)
    onJob(id)
    return await poll(proxy, id, { signal, onProgress, deadline })
  } catch (error) {
    if (signal.aborted) await cancelled(proxy, submitting)
    throw error
  }
}

/**
 * The same key all along: however often it arrives, it is one job.
 * @param {Connection} proxy @param {object} body @param {{ signal: AbortSignal, deadline: number, connectMs: number }} options
 */
async function submit(proxy, body, { signal, deadline, connectMs }) {
  const limit = AbortSignal.timeout(Math.max(1, deadline - Date.now()))
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const request = { method: 'POST', path: '/async/submit', body: JSON.stringify(body), headers, signal: limit }
  for (;;) {
    const reply = await proxy.persist(request, connectMs)
    if (reply.status === 202 && reply.body.job_id) return reply.body.job_id
    const error = replyError(reply)
    const wait = error.retryAfterMs ?? BACKPRESSURE_MS
    if (error.code !== 'QUEUE_BACKPRESSURE' || Date.now() + wait >= deadline) throw error
    await pause(wait, signal)
  }
}

/**
 * @template T
 * @param {Promise<T>} promise @param {AbortSignal} signal @returns {Promise<T>}
 */
function orAbort(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/**
 * @param {Connection} proxy @param {string} id
 * @param {{ signal: AbortSignal, deadline: number, onProgress?: (progress: Progress) => void }} options
 * @returns {Promise<Reply>}
 */
async function poll(proxy, id, { signal, deadline, onProgress }) {
  const waitMs = onProgress ? pollMs.watched : pollMs.quiet
  let told = ''
  for (;;) {
    const path = `/async/result/${encodeURIComponent(id)}?wait_ms=${waitMs}`
    const reply = await proxy.persist({ method: 'GET', path, signal }, deadline - Date.now())
    const { job_id, status = 'unknown', position, timings } = reply.body
    const progress = { state: status, position, sent: Boolean(timings?.sent_at), jobId: id }
    if (job_id && onProgress && told !== JSON.stringify(progress)) {
      told = JSON.stringify(progress)
      onProgress(progress)
    }
    if (reply.status === 200 && job_id) return reply
    // An error that is not the job's is the proxy's own: it may be over in a moment.
    if (reply.status !== 202 && (job_id || reply.status < 500)) throw replyError(reply, id)
    if (reply.status !== 202) await pause(BACKPRESSURE_MS, signal)
  }
}

/**
 * Nobody waits any more. What cannot be told in time ends by the job's own deadline.
 * @param {Connection} proxy @param {Promise<string>} submitting
 */
async function cancelled(proxy, submitting) {
  const limit = AbortSignal.timeout(FAREWELL_MS)
  // A job that was not taken needs no cancelling; why it was not is told already.
  const taken = submitting.catch(() => undefined)
  try {
    const id = await orAbort(taken, limit)
    if (id) await proxy.call({ method: 'POST', path: `/async/cancel/${encodeURIComponent(id)}`, signal: limit })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const warning = cortexError(`A job that nobody waits for could not be cancelled: ${reason}`, { cause })
    if (globalThis.process?.emitWarning) globalThis.process.emitWarning(warning)
    else console.warn(warning)
  }
}
