/** What a failure of an S3 request means. Codes are those of the S3 API's error list; compatible servers use the same. */
export type S3Failure =
  | { kind: 'no object' }
  | { kind: 'no bucket' }
  /** The same may be asked again: the store is away, starting or overloaded. */
  | { kind: 'passing'; reason: string }
  /** Asking again cannot help; `advice` says what to do. */
  | { kind: 'refused'; reason: string; advice: string }

export const noS3 = 'what answers there does not speak S3: correct [blobs.s3] endpoint'

const credentials = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'AuthFailure', 'InvalidClientTokenId']
const denied = ['AccessDenied', 'Forbidden', 'AllAccessDisabled']
const elsewhere = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', 'InvalidRegion']
/** With the clock: the client corrects its own by the server's answer, so the next try counts. */
const passing = ['SlowDown', 'RequestTimeout', 'TimeoutError', 'RequestTimeTooSkewed', 'OperationAborted', 'ThrottlingException']
const network = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

const textOf = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : ''
}

const statusOf = (error: object): number => {
  const metadata: unknown = Reflect.get(error, '$metadata')
  const status: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined
  return typeof status === 'number' ? status : 0
}

/** Pure: what the client threw, in words that carry no header and no secret. */
export const judgeS3 = (error: unknown): S3Failure => {
  if (typeof error !== 'object' || error === null) return unknownFailure(String(error))
  const [name, code, status] = [textOf(error, 'name'), textOf(error, 'code'), statusOf(error)]
  if (name === 'NoSuchBucket') return { kind: 'no bucket' }
  if (['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(name)) return { kind: 'no object' }
  if (network.includes(code)) return { kind: 'passing', reason: code }
  if (passing.includes(name) || status === 429) return { kind: 'passing', reason: name }
  if (status >= 500) return { kind: 'passing', reason: `${name} (HTTP ${status})` }
  return refusal(name, code, status, textOf(error, 'message'))
}

const refusal = (name: string, code: string, status: number, message: string): S3Failure => {
  const refused = (advice: string, reason = name): S3Failure => ({ kind: 'refused', reason, advice })
  if (credentials.includes(name)) return refused('it does not accept the credentials: correct the variables that [blobs.s3] names')
  if (denied.includes(name))
    return refused('these credentials may not do that: they need ListBucket, GetObject, PutObject and, for a missing bucket, CreateBucket')
  if (elsewhere.includes(name) || status === 301) return refused('the bucket lies in another region: correct [blobs.s3] region')
  if (name === 'InvalidBucketName') return refused('correct [blobs.s3] bucket')
  if (/CERT|SELF_SIGNED|^ERR_TLS/.test(code))
    return refused('its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS', code)
  if (/^HPE_|^EPROTO$/.test(code) || /Deserialization error|is not expected|Unable to parse|entity/i.test(message))
    return refused(noS3, code || 'an answer that is no S3')
  return unknownFailure(`${name}${status > 0 ? ` (HTTP ${status})` : ''}: ${message}`)
}

const unknownFailure = (reason: string): S3Failure => ({
  kind: 'refused',
  reason: reason.slice(0, 300),
  advice: 'look at the log of the store',
})
