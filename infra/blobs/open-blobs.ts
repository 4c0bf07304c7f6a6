import type { Logger } from 'pino'
import type { BlobStore } from '../../bus/blobs.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import type { Secrets } from '../../functions/ports.ts'
import { ConfigFault, namedVariable } from '../config/config.ts'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { maskingBlobs } from '../secrets/masking-blobs.ts'

export interface BlobsOptions {
  config: Config['blobs']
  connection: Connection
  secrets: Pick<Secrets, 'mask'>
  env: Environment
  log: Logger
}

/**
 * The blob store that `[blobs]` names: the bus's own object store, or a bucket of an S3 server. No secret gets into it in a text.
 * Throws `ConfigFault` when S3 is named and its section or a variable is missing, and what the store itself refuses.
 */
export const openBlobs = async (options: BlobsOptions): Promise<BlobStore & AsyncDisposable> =>
  maskingBlobs(await openStore(options), options.secrets)

const openStore = async ({ config, connection, env, log }: BlobsOptions): Promise<BlobStore & AsyncDisposable> => {
  if (config.store === 's3') return openS3(config.s3, env, log)
  const blobs = await objectStoreBlobs(connection)
  return { ...blobs, [Symbol.asyncDispose]: async () => undefined } // it lives and ends with the connection
}

const openS3 = async (s3: Config['blobs']['s3'], env: Environment, log: Logger): Promise<BlobStore & AsyncDisposable> => {
  if (!s3) throw new ConfigFault('blobs', ['store is "s3", but there is no section [blobs.s3]'])
  const [accessKeyId, secretAccessKey] = [namedVariable(s3.access_key_env, env), namedVariable(s3.secret_key_env, env)]
  const faults = [
    ...(accessKeyId ? [] : [`the variable ${s3.access_key_env} with the access key is not set`]),
    ...(secretAccessKey ? [] : [`the variable ${s3.secret_key_env} with the secret of the access key is not set`]),
    ...(s3.endpoint && new URL(s3.endpoint).username ? ['endpoint must not carry credentials: put them into the two variables'] : []),
  ]
  if (!accessKeyId || !secretAccessKey || faults.length > 0) throw new ConfigFault('blobs.s3', faults)
  // Loaded only where it is wanted: the client takes a while to load, and most runs do without.
  const { s3Blobs } = await import('./s3.ts')
  return s3Blobs({ ...s3, pathStyle: s3.path_style, accessKeyId, secretAccessKey, log })
}
