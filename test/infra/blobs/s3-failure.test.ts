import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeS3 } from '../../../infra/blobs/s3-failure.ts'

/** An error as the S3 client throws it. */
const thrown = (name: string, status?: number, more: object = {}): Error =>
  Object.assign(new Error('words of the server'), { name, ...(status ? { $metadata: { httpStatusCode: status } } : {}), ...more })

test('a missing object and a missing bucket are answers', () => {
  assert.deepEqual(judgeS3(thrown('NoSuchKey', 404)), { kind: 'no object' })
  assert.deepEqual(judgeS3(thrown('NoSuchUpload', 404)), { kind: 'no object' })
  assert.deepEqual(judgeS3(thrown('NoSuchBucket', 404)), { kind: 'no bucket' })
})

test('a dropped line, a silent server, overload, a wrong clock and a failing server pass', () => {
  const passing = [
    thrown('Error', undefined, { code: 'ECONNRESET' }),
    thrown('AggregateError', undefined, { code: 'ECONNREFUSED' }),
    thrown('TimeoutError'),
    thrown('SlowDown', 503),
    thrown('TooManyRequests', 429),
    thrown('RequestTimeTooSkewed', 403),
    thrown('InternalError', 500),
    thrown('XMinioStorageFull', 507),
  ]
  assert.deepEqual(
    passing.map((error) => judgeS3(error).kind),
    passing.map(() => 'passing'),
  )
})

test('a refusal names what is to be corrected', () => {
  const advice = (error: unknown): string => {
    const judgement = judgeS3(error)
    assert.ok(judgement.kind === 'refused')
    return `${judgement.reason}: ${judgement.advice}`
  }
  assert.match(advice(thrown('SignatureDoesNotMatch', 403)), /SignatureDoesNotMatch: .*credentials: correct the variables/)
  assert.match(advice(thrown('AccessDenied', 403)), /they need ListBucket, GetObject, PutObject/)
  assert.match(advice(thrown('PermanentRedirect', 301)), /correct \[blobs\.s3\] region/)
  assert.match(advice(thrown('InvalidBucketName', 400)), /correct \[blobs\.s3\] bucket/)
  assert.match(advice(thrown('Error', undefined, { code: 'SELF_SIGNED_CERT_IN_CHAIN' })), /NODE_EXTRA_CA_CERTS/)
  assert.match(advice(thrown('Error', undefined, { code: 'HPE_INVALID_CONSTANT' })), /does not speak S3/)
  assert.match(advice(thrown('QuotaExceeded', 403)), /QuotaExceeded \(HTTP 403\): words of the server/)
  assert.match(advice('odd'), /odd/)
})
