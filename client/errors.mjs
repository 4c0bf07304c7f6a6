// @ts-check

/** @typedef {import('./types.d.mts').CortexErrorFields} CortexErrorFields what went wrong with a question */

/** A question without an answer. `code` is a word of the job contract, or one of the client's own: CLIENT_TIMEOUT, CONNECTION_FAILED, CLIENT_ABORTED. */
export class CortexError extends Error {
  /** @param {string} message @param {CortexErrorFields} [fields] */
  constructor(message, { code = 'INTERNAL_ERROR', retryable = false, status, jobId, details, retryAfterMs, cause } = {}) {
    super(message, { cause })
    this.name = new.target.name
    /** @readonly */
    this.code = code
    /** Whether the same question later may be answered. @readonly */
    this.retryable = retryable
    /** The HTTP status, where there was one. @readonly */
    this.status = status
    /** The job, once there was one. @readonly */
    this.jobId = jobId
    /** @readonly */
    this.details = details
    /** Milliseconds the server asks to wait, where it does. @readonly */
    this.retryAfterMs = retryAfterMs
  }
}

/** There was no answer in time: the client's own limit, or the model's. */
export class CortexTimeoutError extends CortexError {}
/** The queue is full, and stayed so. */
export class CortexBackpressureError extends CortexError {}
/** The subscription's limit is reached; `retryAfterMs` says for how long. */
export class CortexRateLimitError extends CortexError {}
/** The token is wrong, or the chat page wants a person to sign in. */
export class CortexAuthenticationError extends CortexError {}
/** The question itself is at fault. */
export class CortexRequestError extends CortexError {}
/** The job was cancelled: by `signal`, or by somebody else. */
export class CortexCancelledError extends CortexError {}
/** The proxy could not be reached. */
export class CortexConnectionError extends CortexError {}

/** @type {Record<string, typeof CortexError>} */
const classes = {
  UPSTREAM_TIMEOUT: CortexTimeoutError,
  CLIENT_TIMEOUT: CortexTimeoutError,
  QUEUE_BACKPRESSURE: CortexBackpressureError,
  UPSTREAM_RATE_LIMITED: CortexRateLimitError,
  UPSTREAM_LOGIN_REQUIRED: CortexAuthenticationError,
  UNAUTHORIZED: CortexAuthenticationError,
  INVALID_REQUEST: CortexRequestError,
  PAYLOAD_TOO_LARGE: CortexRequestError,
  JOB_CANCELLED: CortexCancelledError,
  CLIENT_ABORTED: CortexCancelledError,
  CONNECTION_FAILED: CortexConnectionError,
}

/**
 * The error of the class that its code names.
 * @param {string} message @param {CortexErrorFields} fields @returns {CortexError}
 */
export function cortexError(message, fields) {
  const Class = classes[fields.code ?? ''] ?? CortexError
  return new Class(message, fields)
}
