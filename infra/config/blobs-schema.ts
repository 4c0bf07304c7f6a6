import { z } from 'zod'

/** `[blobs]`: the bus's own store, or a bucket that speaks S3. */
export const BlobsSchema = z
  .strictObject({
    store: z.enum(['nats', 's3']).default('nats').describe('"s3" needs [blobs.s3]'),
    s3: z
      .strictObject({
        endpoint: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe('default: the one of AWS for the region'),
        region: z.string().min(1).default('us-east-1'),
        bucket: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket has 3 to 63 lower-case letters, digits, "-" and "."')
          .default('cortex-blobs')
          .describe('made when it is missing'),
        path_style: z.boolean().default(true).describe('bucket in the path, as most compatible servers want it; false for AWS'),
        access_key_env: z.string().min(1).default('S3_ACCESS_KEY').describe('name of the variable that holds the access key'),
        secret_key_env: z.string().min(1).default('S3_SECRET_KEY').describe('name of the variable that holds its secret'),
      })
      .optional(),
  })
  .prefault({})
  .describe('where prompts, answers, diffs, logs and images are kept')
