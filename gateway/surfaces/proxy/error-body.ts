import { retryHeader } from '../../http/request-faults.ts'
import type { FaultFields, ProxyFault } from './fault.ts'

const types: Readonly<Partial<Record<FaultFields['status'], string>>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  424: 'server_error',
  500: 'server_error',
  503: 'server_error',
  504: 'server_error',
}

/** An error as OpenAI's clients read it. */
export const openaiError = ({ fields }: ProxyFault) => ({
  error: {
    message: fields.message,
    type: types[fields.status] ?? 'invalid_request_error',
    param: fields.param || null,
    code: fields.openaiCode ?? fields.code,
    ...(fields.details ? { details: fields.details } : {}),
  },
})

/** An error of the job contract, without the envelope. */
export const contractError = ({ fields: { code, message, retryable, details, param } }: ProxyFault) => ({
  code,
  message,
  retryable: retryable ?? false,
  details: { ...details, ...(param ? { param } : {}) },
})

/** `x-should-retry` is what OpenAI's clients obey before the status: nothing is repeated that must not be sent twice. */
export const errorHeaders = ({ fields }: ProxyFault): Record<string, string> => ({
  'x-should-retry': String(fields.retryable === true && fields.isSent !== true),
  ...retryHeader(fields.retryAfterMs),
  ...(fields.status === 401 && fields.code === 'UNAUTHORIZED' ? { 'www-authenticate': 'Bearer' } : {}),
})
