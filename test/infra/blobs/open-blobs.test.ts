import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../../bus/jetstream/connect.ts'
import { openBlobs } from '../../../infra/blobs/open-blobs.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { quiet } from '../../support/bus.ts'
import { noSecrets } from '../../support/secrets.ts'

const opening = (blobs: object, env: Record<string, string>) => {
  const { blobs: config } = ConfigSchema.parse({ blobs })
  const connection = new Proxy({} as Connection, { get: () => assert.fail('the bus is not asked') })
  return openBlobs({ config, connection, secrets: noSecrets(), env, log: quiet })
}

const faults = async (work: Promise<unknown>): Promise<readonly string[]> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ConfigFault, `${error}`)
  return error.faults
}

test('without a word the blobs are on the bus', () => {
  assert.equal(ConfigSchema.parse({}).blobs.store, 'nats')
})

test('an S3 store without its section or its variables is a fault of the configuration, all of it at once', async () => {
  assert.deepEqual(await faults(opening({ store: 's3' }, {})), ['store is "s3", but there is no section [blobs.s3]'])
  assert.deepEqual(await faults(opening({ store: 's3', s3: { access_key_env: 'MY_KEY', endpoint: 'http://me:mine@127.0.0.1:9' } }, {})), [
    'the variable MY_KEY with the access key is not set',
    'the variable S3_SECRET_KEY with the secret of the access key is not set',
    'endpoint must not carry credentials: put them into the two variables',
  ])
})
