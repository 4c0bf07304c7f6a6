import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { isSilent, keepSourcing } from '../../../bus/jetstream/keep-sourcing.ts'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { quiet } from '../../support/bus.ts'
import { startCluster } from '../../support/nats-cluster.ts'
import { until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

test('a source that was never heard of, or not for so long, is silent', () => {
  assert.deepEqual(
    [-1, 900_000_000, 31_000_000_000].map((active) => isSilent({ active }, 30_000)),
    [true, false, true],
  )
})

test('however often EVENTS is given other replicas, MEMORY gets every fact, once', async () => {
  await using cluster = await startCluster(natsServerForTests())
  const connection = await connectBus({ url: cluster.url, name: 'test', log: quiet })
  const { jsm, js, nc } = connection
  await provisionStreams(jsm, catalogue)
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  using _keeping = keepSourcing(connection, log, { everyMs: 1000, silentMs: 4000 })
  for (const [n, replicas] of [3, 1, 3, 1, 3, 1, 3].entries()) {
    await provisionStreams(jsm, catalogue, { replicas })
    await until(async () => {
      await js.publish(`task.created.task-${n}`, '{}', { msgID: `${n}` }).catch(() => undefined) // it has no leader yet
      return (await jsm.streams.info('EVENTS')).state.last_seq === n + 1
    })
    await until(async () => (await jsm.streams.info('MEMORY').catch(() => undefined))?.state.messages === n + 1, 60_000)
  }
  assert.deepEqual(
    lines.filter((line) => !/stand still/.test(line)),
    [],
  )
  await nc.close()
})
