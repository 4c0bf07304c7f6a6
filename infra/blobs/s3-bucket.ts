import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { noS3 } from './s3-failure.ts'
import { BlobStoreRefused, type Requests } from './s3-requests.ts'

/**
 * Makes sure that the bucket is there and ours to use; a missing one is made. Throws `BlobStoreRefused` or `RetryAfter`.
 * A listing and not `HeadBucket`, because the answer to HEAD has no body and so does not say why it refuses.
 */
export const ensureBucket = async (client: S3Client, requests: Requests, bucket: string): Promise<void> => {
  const look = async (): Promise<'there' | 'no bucket'> => {
    const command = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 })
    const listed = await requests.answer(`bucket ${bucket} cannot be looked at`, () => client.send(command))
    if (typeof listed === 'string') return 'no bucket'
    // The client reads any page that comes with status 200 as a listing without content.
    if (listed.Name !== bucket) throw new BlobStoreRefused(`bucket ${bucket} cannot be looked at: ${noS3}`)
    return 'there'
  }
  if ((await look()) === 'there') return
  await requests.answer(`bucket ${bucket} is missing and cannot be made`, async () => {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
    } catch (error) {
      if (!isThereAlready(error)) throw error
    }
  })
  if ((await look()) === 'no bucket')
    throw new BlobStoreRefused(`bucket ${bucket} was made, and still the blob store says that it is missing`)
}

/** Another process may have made it at this moment. */
const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(error.name)
