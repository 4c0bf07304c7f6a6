// @ts-check
import { connection } from './connection.mjs'
import { CortexError, cortexError } from './errors.mjs'
import { imageUrl } from './images.mjs'
import { runJob } from './job.mjs'

export {
  CortexAuthenticationError,
  CortexBackpressureError,
  CortexCancelledError,
  CortexConnectionError,
  CortexError,
  CortexRateLimitError,
  CortexRequestError,
  CortexTimeoutError,
} from './errors.mjs'

/**
 * @typedef {import('./connection.mjs').Reply} Reply
 * @typedef {import('./types.d.mts').Question} Question
 * @typedef {import('./types.d.mts').JsonWish} JsonWish
 * @typedef {import('./types.d.mts').CortexClient} CortexClient
 * @typedef {Omit<import('./types.d.mts').Answer<unknown>, 'json'> & { json?: unknown }} Answer
 */

/**
 * Asks the chat subscription behind the proxy; long thinking is waited for. Throws `CortexError` and its subclasses.
 *
 *     import { createCortexClient } from '@cortex-loop/cortex/client'
 *
 *     const cortex = createCortexClient()
 *     const { text } = await cortex.ask({ text: 'Hello World' })
 *     console.log(text)
 *
 * @param {import('./types.d.mts').ClientOptions} [options]
 * @returns {CortexClient}
 */
export function createCortexClient({
  baseUrl = 'http://127.0.0.1:8000',
  token,
  timeoutMs = 600_000,
  connectMs = 10_000,
  fetch = globalThis.fetch,
} = {}) {
  const proxy = connection({ baseUrl, token, fetch })

  /** @param {Question} question @returns {Promise<Answer>} */
  async function ask(question) {
    const deadline = Date.now() + timeoutMs
    const clock = AbortSignal.timeout(timeoutMs)
    const signal = question.signal ? AbortSignal.any([question.signal, clock]) : clock
    /** @type {string | undefined} */
    let jobId
    const onJob = (/** @type {string} */ id) => {
      jobId = id
    }
    const send = (/** @type {object} */ body) =>
      runJob(proxy, body, { signal, deadline, connectMs, onProgress: question.onProgress, onJob })
    try {
      const body = await submission(question)
      const first = await send(body)
      if (!question.json) return answerOf(first)
      const read = readJson(first, question.json)
      if (!read.fault) return { ...answerOf(first), json: read.value }
      const second = await send(repair(body, first, read.fault))
      const reread = readJson(second, question.json)
      if (!reread.fault) return { ...answerOf(second), json: reread.value }
      throw cortexError(`The answer is not the wished JSON, not even after one repair: ${reread.fault}`, {
        code: 'UPSTREAM_BAD_RESPONSE',
        details: { text: answerOf(second).text },
      })
    } catch (cause) {
      throw told(cause, { signal: question.signal, clock, timeoutMs, jobId })
    }
  }

  // What `json` is follows from what was asked for, which no signature of JavaScript can say.
  return { ask: /** @type {CortexClient['ask']} */ (ask) }
}

/**
 * @typedef {{ payload: { messages: { role: string, content: unknown }[] } & Record<string, unknown>, [field: string]: unknown }} Submission
 * @param {Question} question @returns {Promise<Submission>}
 */
async function submission({ text, images = [], model, effort, json, priority, aggressive }) {
  const urls = await Promise.all(images.map(imageUrl))
  const parts = urls.map((url) => ({ type: 'image_url', image_url: { url } }))
  const content = parts.length === 0 ? text : [{ type: 'text', text }, ...parts]
  const { dom, screenshot, ...mode } = aggressive ?? {}
  return {
    payload: {
      messages: [{ role: 'user', content }],
      ...(model ? { model } : {}),
      ...(effort ? { reasoning_effort: effort } : {}),
      ...(json ? { response_format: formatOf(json) } : {}),
    },
    ...(priority ? { priority } : {}),
    ...(aggressive ? { aggressive: { enabled: true, ...mode } } : {}),
    ...(dom === undefined ? {} : { dom }),
    ...(screenshot === undefined ? {} : { screenshot: await imageUrl(screenshot) }),
  }
}

/** @param {JsonWish} json */
function formatOf(json) {
  return typeof json === 'object' ? { type: 'json_schema', json_schema: { name: 'answer', schema: json } } : { type: 'json_object' }
}

/** @param {Reply} reply @param {JsonWish} json @returns {{ value?: unknown, fault?: string }} */
function readJson({ body }, json) {
  const object = body.result?.parsed_json
  if (!object) return { fault: 'there is no JSON object in it' }
  if (typeof json !== 'function') return { value: object }
  try {
    return { value: json(object) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** Asks once more, in the same conversation where it can go on. @param {Submission} body @param {Reply} first @param {string} fault */
function repair({ payload, ...rest }, first, fault) {
  const wish = { role: 'user', content: `The answer cannot be used: ${fault}. Give the whole answer again.` }
  if (first.body.result?.raw_response.conversation)
    return { ...rest, payload: { ...payload, messages: [wish] }, previous_job_id: first.body.job_id }
  const answer = { role: 'assistant', content: first.body.result?.assistant_text ?? '' }
  return { ...rest, payload: { ...payload, messages: [...payload.messages, answer, wish] } }
}

/** @param {Reply} reply @returns {Answer} */
function answerOf({ body: { job_id = '', result, timings } }) {
  return { text: result?.assistant_text ?? '', jobId: job_id, evidence: result?.evidence ?? [], timings }
}

/**
 * What the caller gets thrown: an end by his own signal or by the clock has a word of its own.
 * @param {unknown} cause @param {{ signal?: AbortSignal, clock: AbortSignal, timeoutMs: number, jobId?: string }} around
 */
function told(cause, { signal, clock, timeoutMs, jobId }) {
  if (signal?.aborted) return cortexError('The question was cancelled.', { code: 'CLIENT_ABORTED', jobId, cause: signal.reason })
  if (clock.aborted)
    return cortexError(
      `There was no answer within ${timeoutMs / 1000} s${jobId ? `; one that comes later is at /async/result/${jobId}` : ''}.`,
      {
        code: 'CLIENT_TIMEOUT',
        retryable: true,
        jobId,
        cause,
      },
    )
  return cause instanceof CortexError
    ? cause
    : cortexError(`The client failed: ${cause instanceof Error ? cause.message : cause}`, { jobId, cause })
}
