import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { streamFindings } from '../../../cli/doctor/streams.ts'
import { loadConfig } from '../../../infra/app/configuration.ts'
import { writeSystemFile } from '../../../infra/app/system-file.ts'
import { startServices } from '../../support/services.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const DAY = 86_400_000_000_000

test('what an operator set on a stream by hand is told by the system and by the doctor', async () => {
  await using services = await startServices()
  const { connection, nats } = services.bus
  await connection.jsm.streams.update('DLQ', { max_age: 365 * DAY })
  const words = 'max_age is 365 days, by default 90 days; kept, because cortex.toml does not name it'
  const { body } = await services.ask('cortex.system.status', {})
  assert.deepEqual(body['streams'], [{ stream: 'DLQ', words }])

  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { 'cortex.toml': '[nats.streams]\nmax_age = "40d"\n', 'data/.gitignore': '*\n' })
  const dataDir = join(folder.path, 'data')
  const loaded = loadConfig({ path: join(folder.path, 'cortex.toml'), env: {}, overrides: { data: dataDir } })
  const look = () => streamFindings({ loaded, env: {} })
  assert.deepEqual(await look(), [], 'nothing runs there')
  writeSystemFile(dataDir, { url: nats.url, embedded: null, stays: true })
  const found = await look()
  assert.deepEqual(
    found.map(({ name, ok, found: seen }) => [name, ok, seen]),
    [
      ['stream EVENTS', 'optional', 'max_age is 30 days, but cortex.toml says 40 days; the next start sets it'],
      ['stream DLQ', 'optional', words],
    ],
  )
})
