// @ts-check
import { CortexError, cortexError } from './errors.mjs'

/**
 * What the proxy says about a job, or about a fault.
 * @typedef {{
 *   job_id?: string, status?: string, position?: number,
 *   result?: {
 *     assistant_text: string, parsed_json: Record<string, unknown> | null,
 *     raw_response: { model: string | null, conversation: string | null }, evidence: Evidence[],
 *   } | null,
 *   error?: { code?: string, message?: string, retryable?: boolean, details?: unknown } | null,
 *   timings?: Timings,
 * }} ReplyBody
 * @typedef {import('./types.d.mts').Timings} Timings
 * @typedef {import('./types.d.mts').Evidence} Evidence
 * @typedef {{ status: number, body: ReplyBody, retryAfterMs: number | undefined }} Reply
 * @typedef {{ method: string, path: string, body?: string, headers?: Record<string, string>, signal: AbortSignal }} Call
 */

/** Milliseconds before a dropped connection is tried again: doubled each time, up to the most. */
const retryDelay = { first: 250, most: 5_000 }

/**
 * Calls of the proxy.
 * @param {{ baseUrl: string, token: string | undefined, fetch: typeof globalThis.fetch }} options
 */
export function connection({ baseUrl, token, fetch }) {
  const root = baseUrl.replace(/\/+$/, '')

  /** One try. Throws what `fetch` throws. @param {Call} call @returns {Promise<Reply>} */
  async function call({ method, path, body, headers = {}, signal }) {
    const response = await fetch(`${root}${path}`, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const { status } = response
    const wait = response.headers.get('retry-after')
    const text = await response.text()
    return { status, body: parse(text, status, `${root}${path}`), retryAfterMs: wait === null ? undefined : Number(wait) * 1000 }
  }

  /**
   * For calls that may be repeated: a dropped connection is tried again for `patienceMs`, then it is a `CortexConnectionError`.
   * Throws the signal's reason when it aborts.
   * @param {Call} request @param {number} patienceMs @returns {Promise<Reply>}
   */
  async function persist(request, patienceMs) {
    const end = Date.now() + patienceMs
    for (let wait = retryDelay.first; ; wait = Math.min(retryDelay.most, wait * 2)) {
      try {
        return await call(request)
      } catch (cause) {
        if (request.signal.aborted) throw request.signal.reason
        if (cause instanceof CortexError) throw cause
        if (Date.now() + wait > end)
          throw cortexError(`The proxy at ${root} cannot be reached: ${reasonOf(cause)}. Is it running?`, {
            code: 'CONNECTION_FAILED',
            retryable: true,
            cause,
          })
      }
      await pause(wait, request.signal)
    }
  }

  return { call, persist }
}

/** The reason of a failed `fetch` is in its cause. @param {unknown} error @returns {string} */
function reasonOf(error) {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}

/** Throws the signal's reason when it aborts. @param {number} ms @param {AbortSignal} signal */
export function pause(ms, signal) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const stop = () => {
        clearTimeout(clock)
        reject(signal.reason)
      }
      const clock = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop, { once: true })
    })
  )
}

/** @param {string} text @param {number} status @param {string} url @returns {ReplyBody} */
function parse(text, status, url) {
  const fields = { code: 'UPSTREAM_BAD_RESPONSE', status }
  try {
    const value = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw cortexError(`${url} answered ${status} with something else than JSON: ${text.slice(0, 200)}`, { ...fields, cause })
  }
  throw cortexError(`${url} answered ${status} with something else than a JSON object.`, fields)
}

/** The error that a reply tells of. @param {Reply} reply @param {string} [jobId] */
export function replyError({ status, body, retryAfterMs }, jobId) {
  const { code, message = `The proxy answered ${status}.`, retryable = false, details } = body.error ?? {}
  return cortexError(message, { code, retryable, details, status, retryAfterMs, jobId })
}
