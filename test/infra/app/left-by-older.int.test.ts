import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { NotRetryable } from '../../../bus/errors.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { readOne } from '../../../bus/jetstream/read.ts'
import { listDeadLetters, redriveDeadLetter } from '../../../bus/runtime/dead-letters.ts'
import { DOOR_MARK } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { withSeal } from '../../../infra/app/open-seal.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { quiet, startBus } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { servicesWith } from '../../support/services.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

const ann = { by: 'ann', channel: 'cli' }
const planHash = 'a'.repeat(64)
const soon = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS)
const services = servicesWith(ConfigSchema.parse({ gate: { channels: ['cli'] } }))
const noBlob = { bucket: 'b', key: 'k', bytes: 1, contentType: 'text/plain', sha256: planHash }

/** The readers of the door, which give up on the requests that are `jammed`. */
const readersWith = (jammed: ReadonlySet<string>) => {
  const { admit } = doorReaders
  const fragile: typeof admit = {
    ...admit,
    handler: (context) => {
      if (jammed.has(context.request.messageId ?? '')) throw new NotRetryable('the door is jammed')
      return admit.handler(context)
    },
  }
  return { ...doorReaders, admit: fragile }
}

test('what an older version left at the door and among the dead letters is taken as the system asked it; what is laid there later is not', async () => {
  const jammed = new Set(['given up', 'given up later'])
  await using folder = await temporaryFolder()
  await using bus = await startBus(catalogue, readersWith(jammed), { services })
  const { connection } = bus
  /** As versions without seals ask at the door. */
  const ask = (type: string, said: object, messageId: string = randomUUID()): Promise<number> => {
    const body = JSON.stringify({ ...said, ...ann })
    return store(connection, [{ subject: `door.${type}`, headers: { [DOOR_MARK]: '1' }, body, messageId }], soon())
  }
  const question = (id: string) => ({ id, purpose: 'chat', agent: 'api', prompt: noBlob, timeoutMs: 1000 })
  const approval = (id: string) => ({ id, planHash, reason: '' })
  const laidDown = (many: number) => until(async () => (await listDeadLetters(connection)).total === many)

  for (const id of ['waiting', 'later']) {
    await ask('task.created', { id, title: 'x' })
    await bus.until('task.created', id)
    await bus.emit('gate.opened', id, { planHash, expiresAt: new Date(Date.now() + PATIENCE_MS).toISOString() })
  }
  await ask('task.created', { id: 'one', title: 'x' }, 'given up')
  await laidDown(1)
  await bus.runtime.stop()
  await ask('plan.approved', approval('waiting'))
  await ask('reasoning.requested', question('job-before'))
  await ask('task.created', { id: 'two', title: 'x' }, 'given up later')

  const given = (name: string) => {
    const dataDir = join(folder.path, name)
    const loaded = { config: checkConfig('test', {}), file: null, dataDir, cacheDir: '', natsUrl: bus.nats.url }
    return { loaded, env: { CORTEX_SEAL_KEY: 'of both' } }
  }
  const newer = await withSeal(connection, given('newer'), quiet)
  await bus.another(readersWith(jammed), newer)
  assert.deepEqual((await bus.until('plan.approved', 'waiting')).data, { planHash, ...ann, reason: '' })
  await bus.until('reasoning.requested', 'job-before')
  await laidDown(2)

  const refusal = async (sequence: number) => JSON.stringify((await bus.until('request.refused', `door-${sequence}`)).data)
  assert.match(
    await refusal(await ask('plan.approved', approval('later'))),
    /not taken from .*if an older version on this bus asked so, stop that one/,
  )
  assert.match(await refusal(await ask('reasoning.requested', question('job-later'))), /nothing can be asked for by/)
  const { headers, body } = (await readOne(connection, 'DLQ', 1))!
  const copied = Object.fromEntries(Object.entries(headers()).filter(([name]) => !name.startsWith('Nats-')))
  await store(
    connection,
    [{ subject: 'dlq.admit.door', headers: copied, body: body().replace('"one"', '"three"'), messageId: '3' }],
    soon(),
  )

  jammed.clear()
  // The first start holds for a replica that comes later.
  const replica = await withSeal(connection, given('replica'), quiet)
  for (const number of [1, 2, 3]) await redriveDeadLetter(replica, number, soon())
  const by = async (id: string) => /"by":"(\w+)"/.exec(JSON.stringify((await bus.until('task.created', id)).data))?.[1]
  assert.deepEqual([await by('one'), await by('two'), await by('three')], ['ann', 'ann', 'nats'])
})
