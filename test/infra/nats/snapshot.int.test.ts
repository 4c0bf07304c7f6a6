import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { restoreSnapshot } from '../../../infra/nats/snapshot.ts'
import { startNats } from '../../support/nats.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const CONTENT = 'what a stream had'

/** A bus whose answer to a restore comes before anybody listens for the pieces, as in a cluster: somebody does from the second try on. */
const hasty = (nc: NatsConnection, taken: string[]): NatsConnection => {
  nc.subscribe('$JS.API.STREAM.RESTORE.FACTS', { callback: (_, m) => void m.respond(JSON.stringify({ deliver_subject: 'pieces' })) })
  const take = (piece: Msg): void => {
    taken.push(piece.string())
    piece.respond()
  }
  let tries = 0
  const request: NatsConnection['request'] = (subject, payload, options) => {
    if (subject === 'pieces' && ++tries === 2) nc.subscribe('pieces', { callback: (_, piece) => take(piece) })
    return nc.request(subject, payload, options)
  }
  return new Proxy(nc, { get: (target, name) => (name === 'request' ? request : Reflect.get(target, name)) })
}

test('pieces of a stream that nobody takes yet are handed over again, once each', async () => {
  await using nats = await startNats(natsServerForTests(), { jetStream: false })
  await using folder = await temporaryFolder()
  const nc = await connect({ servers: nats.url })
  const path = join(folder.path, 'FACTS.snapshot')
  await writeFile(path, CONTENT)
  const taken: string[] = []
  const sha256 = createHash('sha256').update(CONTENT).digest('hex')
  await restoreSnapshot(hasty(nc, taken), { config: { name: 'FACTS' }, state: { messages: 1, last_seq: 1 }, bytes: 17, sha256 }, path)
  assert.deepEqual(taken, [CONTENT, ''])
  await nc.close()
})
