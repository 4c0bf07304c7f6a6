import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { s3Blobs } from '../../../infra/blobs/s3.ts'
import { type BlobPlace, blobContract } from '../../support/blob-contract.ts'
import { quiet } from '../../support/bus.ts'
import { accessKeyId, s3ServerForTests, secretAccessKey, startS3 } from './s3-server.ts'

const binary = s3ServerForTests()
const bucket = 'cortex-blobs'

const open = (program: string) => async (): Promise<BlobPlace> => {
  await using started = new AsyncDisposableStack()
  const server = started.use(await startS3(program))
  const options = { endpoint: server.url, region: 'us-east-1', bucket, pathStyle: true, accessKeyId, secretAccessKey, log: quiet }
  const blobs = started.use(await s3Blobs(options))
  const { endpoint, region } = options
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  started.defer(() => client.destroy())
  const place = started.move()
  return {
    blobs,
    another: async () => place.use(await s3Blobs(options)),
    count: async () => (await readdir(join(server.folder, bucket, 'sha256'))).length,
    replace: async ({ key }, bytes) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
    },
    hollow: ({ key }) => truncate(join(server.folder, bucket, key), 0),
    [Symbol.asyncDispose]: () => place.disposeAsync(),
  }
}

if (binary === null)
  test('S3', { skip: 'there is no versitygw: "node test/setup/setup.mjs --for test" builds one with Go' }, () => undefined)
else blobContract('S3', open(binary))
