import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { encode } from '../../../bus/envelope.ts'
import { type Connection, connectBus } from '../../../bus/jetstream/connect.ts'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { readAll, readOne } from '../../../bus/jetstream/read.ts'
import { BEFORE_SEALS } from '../../../bus/seal.ts'
import { scheduleSubject } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { takeAsOurs, withSeal } from '../../../infra/app/open-seal.ts'
import { quiet } from '../../support/bus.ts'
import { startNats } from '../../support/nats.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const soon = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS)

/** A reminder that is due in two seconds, as a system without seals sets it, or one with another seal. */
const setReminder = async (connection: Connection, id: string): Promise<void> => {
  const due = new Date(Date.now() + 2000).toISOString()
  const data = { planHash: 'a'.repeat(64), expiresAt: due }
  const event = { id, type: 'gate.reminded', subject: id, source: 'open-gate', time: due, causedBy: 'x', hops: 2, data, decidedAt: 1 }
  const wire = encode(catalogue, event, connection.seal)
  const headers = { ...wire.headers, 'Nats-Schedule': `@at ${due}`, 'Nats-Schedule-Target': wire.subject }
  await store(connection, [{ ...wire, headers, subject: scheduleSubject('open-gate', id, id), messageId: id }], soon())
}

const fired = async (connection: Connection, id: string) => {
  const found = () => readAll(connection, 'EVENTS', [`gate.reminded.${id}`])
  await until(async () => (await found()).length > 0)
  return (await found())[0]!
}

test('an upgrade and a restore trust the timers that are set; two systems with different keys do not share a bus but by a word', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNats(natsServerForTests())
  const line = await connectBus({ url: nats.url, name: 'test', log: quiet })
  const given = (name: string, env = {}) => {
    const loaded = { config: checkConfig('test', {}), file: null, dataDir: path.join(folder.path, name), cacheDir: '', natsUrl: nats.url }
    return { loaded, env }
  }
  try {
    await provisionStreams(line.jsm, catalogue, { version: '0.9.0' })
    await setReminder(line, 'of-before')
    const one = await withSeal(line, given('one'), quiet)
    assert.equal(one.seal.isOn(await fired(line, 'of-before')), true, 'upgraded')
    assert.equal((await withSeal(line, given('one'), quiet)).seal.mark, one.seal.mark)
    await provisionStreams(line.jsm, catalogue, { version: '1.0.0', seal: one.seal })
    await provisionStreams(line.jsm, catalogue, { version: '0.9.0' })

    const wanted = new RegExp(`CORTEX_SEAL_KEY: the facts on this bus bear the seal ${one.seal.fingerprint}, .*CORTEX_SEAL_TAKE_OVER=`)
    await assert.rejects(withSeal(line, given('two'), quiet), wanted)
    await assert.rejects(withSeal(line, given('one', { CORTEX_SEAL_KEY: 'another' }), quiet), wanted)

    await setReminder(one, 'of-one')
    const two = await withSeal(line, given('two', { CORTEX_SEAL_TAKE_OVER: one.seal.fingerprint }), quiet)
    assert.equal(two.seal.isOn(await fired(line, 'of-one')), true, 'taken over')
    await assert.rejects(withSeal(line, given('one'), quiet), /CORTEX_SEAL_KEY/)
    await assert.rejects(provisionStreams(line.jsm, catalogue, { version: '1.0.0', seal: one.seal }), /CORTEX_SEAL_KEY/)

    await setReminder(two, 'of-two')
    const restored = await takeAsOurs(line, given('three'))
    assert.equal(restored.seal.isOn(await fired(line, 'of-two')), true, 'restored')
    assert.equal((await withSeal(line, given('three'), quiet)).seal.mark, restored.seal.mark)
  } finally {
    await line.close()
  }
})

test('a mark of before that somebody spoiled makes no letter of before for a replica, and a system that noted it writes it again', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNats(natsServerForTests())
  const line = await connectBus({ url: nats.url, name: 'test', log: quiet })
  const given = (name: string) => {
    const loaded = { config: checkConfig('test', {}), file: null, dataDir: path.join(folder.path, name), cacheDir: '', natsUrl: nats.url }
    return { loaded, env: { CORTEX_SEAL_KEY: 'of all' } }
  }
  const open = async (name: string) => (await withSeal(line, given(name), quiet)).seal
  const metadataNow = async () => (await line.jsm.streams.info('EVENTS')).config.metadata ?? {}
  const letter = async (number: number) => ({ sequence: number, time: (await readOne(line, 'DLQ', number))!.time })
  try {
    await provisionStreams(line.jsm, catalogue, { version: '0.9.0' })
    await store(line, [{ subject: 'dlq.admit.door', headers: {}, body: '{}', messageId: '1' }], soon())
    const first = await open('first')
    await store(line, [{ subject: 'dlq.admit.door', headers: {}, body: '{}', messageId: '2' }], soon())
    assert.equal((await open('honest')).wasThere('dead', await letter(1)), true)

    const honest = await metadataNow()
    const { [BEFORE_SEALS]: mark = '', ...without } = honest
    for (const metadata of [without, { ...honest, [BEFORE_SEALS]: 'x' }]) {
      await line.jsm.streams.update('EVENTS', { metadata })
      const replica = await open('replica')
      for (const number of [1, 2]) assert.equal(replica.wasThere('dead', await letter(number)), false, `letter ${number}`)
      await provisionStreams(line.jsm, catalogue, { version: '1.0.0', seal: replica })
      assert.equal((await metadataNow())[BEFORE_SEALS], metadata[BEFORE_SEALS], 'left to who knows')
      await provisionStreams(line.jsm, catalogue, { version: '1.0.0', seal: await open('first') })
      assert.equal((await metadataNow())[BEFORE_SEALS], mark)
      const after = await open('replica')
      assert.deepEqual([after.wasThere('dead', await letter(1)), after.wasThere('dead', await letter(2))], [true, false])
      await rm(path.join(folder.path, 'replica'), { recursive: true })
    }
    assert.equal(mark, first.markOfBefore)
  } finally {
    await line.close()
  }
})
