/** The error codes of the job contract. */
export type FaultCode =
  | 'INVALID_REQUEST'
  | 'UPSTREAM_LOGIN_REQUIRED'
  | 'JOB_NOT_FOUND'
  | 'JOB_CANCELLED'
  | 'UPSTREAM_BAD_RESPONSE'
  | 'QUEUE_BACKPRESSURE'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_CHALLENGE'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'INTERNAL_ERROR'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'RATE_LIMITED'
  | 'PAYLOAD_TOO_LARGE'

export interface FaultFields {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 424 | 429 | 500 | 503 | 504
  readonly code: FaultCode
  readonly message: string
  /** The same request later, unchanged, may succeed. */
  readonly retryable?: boolean
  readonly retryAfterMs?: number
  /** The prompt is out: clients are not told to send it again by themselves, whatever a person may do. */
  readonly isSent?: boolean
  /** The field of the request that is at fault. */
  readonly param?: string
  /** OpenAI's own word for it, where clients look for that one. */
  readonly openaiCode?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** A request that gets an error for an answer. */
export class ProxyFault extends Error {
  override readonly name = 'ProxyFault'
  readonly fields: FaultFields
  constructor(fields: FaultFields, options?: ErrorOptions) {
    super(fields.message, options)
    this.fields = fields
  }
}

/** One thing that is wrong with a request. */
export interface FieldFault {
  readonly param: string
  readonly message: string
}

/** All that is wrong with a request, in one answer; `param` is the first one's. */
export const invalidRequest = (faults: readonly FieldFault[]): ProxyFault =>
  new ProxyFault({
    status: 400,
    code: 'INVALID_REQUEST',
    message: faults.map(({ param, message }) => (param ? `${param}: ${message}` : message)).join('; '),
    param: faults[0]?.param,
    details: { faults },
  })

export const jobNotFound = (id: string): ProxyFault =>
  new ProxyFault({ status: 404, code: 'JOB_NOT_FOUND', message: `There is no job ${id.slice(0, 100)}.` })
