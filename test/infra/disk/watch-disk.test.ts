import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { watchDisk } from '../../../infra/disk/watch-disk.ts'
import { until } from '../../support/temporary.ts'

const megabyte = 1024 * 1024

/** A disk of 40 MB that says what it is told, and a server on it. */
const given = (t: TestContext) => {
  const lines: string[] = []
  const disk = { free: 30, fault: undefined as string | undefined, restarts: [] as string[], unwritable: undefined as string | undefined }
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const server = {
    restart: async (why: string) => void disk.restarts.push(why),
    writeFault: async () => {
      const { fault } = disk
      disk.fault = undefined
      return fault
    },
  }
  const look = async () => ({ free: disk.free * megabyte, total: 40 * megabyte, unwritable: disk.unwritable })
  const clock = { at: 1e6 }
  const watched = watchDisk({ place: '/data', lowMb: 256, server, log, look, now: () => clock.at })
  t.after(() => watched[Symbol.dispose]())
  const shortage = (free: number, fault?: string, afterMs = 20_000) => {
    Object.assign(disk, { free, fault })
    clock.at += afterMs
    return watched.shortage()
  }
  return { shortage, disk, lines }
}

test('a disk that was only low is told and takes work again, and the server is left alone', async (t) => {
  const { shortage, disk, lines } = given(t)
  assert.equal(await shortage(30), undefined)
  assert.match((await shortage(3)) ?? '', /nearly full/)
  assert.match((await shortage(4.5)) ?? '', /nearly full/)
  assert.equal(await shortage(6), undefined)
  assert.deepEqual(disk.restarts, [])
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).level),
    [40, 30],
  )
})

test('after a full disk the server is started again before work is taken', async (t) => {
  const { shortage, disk } = given(t)
  assert.match((await shortage(0)) ?? '', /is full/)
  assert.deepEqual(disk.restarts, [])
  assert.match((await shortage(30)) ?? '', /is started again/)
  assert.deepEqual(disk.restarts, ['the disk was full'])
  assert.equal(await shortage(30), undefined)
  assert.equal(disk.restarts.length, 1)
})

test('a disk that is read-only for a while takes no work, and the server is started again when it can be written', async (t) => {
  const { shortage, disk } = given(t)
  disk.unwritable = 'its file system is read-only'
  for (const fault of [undefined, 'read-only file system'])
    assert.match((await shortage(30, fault)) ?? '', /\/data cannot be written: its file system is read-only; no new work .* by itself/)
  assert.deepEqual(disk.restarts, [])
  disk.unwritable = undefined
  assert.match((await shortage(30)) ?? '', /is started again/)
  assert.equal(await shortage(30), undefined)
  assert.equal(disk.restarts.length, 1)
})

test('a write that failed between two looks is known by the log of the server', async (t) => {
  const { shortage, disk } = given(t)
  assert.match((await shortage(30, 'no space left on device')) ?? '', /could not write/)
  assert.deepEqual(disk.restarts, ['no space left on device'])
  assert.equal(await shortage(30), undefined)
})

test('a fault that no restart mends and no full disk explains has the server started again less and less often', async (t) => {
  const { shortage, disk } = given(t)
  const SECOND = 1000
  const HOUR = 3600 * SECOND
  for (let at = 0; at < HOUR; at += SECOND) await shortage(30, 'input/output error', SECOND)
  assert.ok(disk.restarts.length >= 5 && disk.restarts.length <= 12, `${disk.restarts.length} restarts within an hour`)
  assert.match((await shortage(30, 'input/output error', SECOND)) ?? '', /cannot write to the disk of \/data .*started again in \d+ s/)
  await shortage(30, undefined, HOUR)
  await shortage(30)
  disk.restarts.length = 0
  assert.match((await shortage(30, 'input/output error', 2 * HOUR)) ?? '', /is started again$/)
  assert.equal(disk.restarts.length, 1)
})

test('a disk that was full every time has the server started again whenever there is room', async (t) => {
  const { shortage, disk } = given(t)
  for (let time = 0; time < 10; time++) {
    await shortage(0, 'no space left on device')
    await shortage(30)
    assert.equal(await shortage(30), undefined)
  }
  assert.equal(disk.restarts.length, 10)
})

test('a disk that does not answer takes no work, and is asked once however many ask', async (t) => {
  const answer = Promise.withResolvers<{ free: number; total: number }>()
  let [asked, at] = [0, 0]
  const look = () => {
    asked += 1
    return answer.promise
  }
  const watched = watchDisk({ place: '/data', lowMb: 256, log: pino({ enabled: false }), look, lookMs: 20, now: () => at })
  t.after(() => watched[Symbol.dispose]())
  const silent = /disk of \/data does not answer/
  assert.match((await watched.shortage()) ?? '', silent)
  at += 60_000
  for (const told of await Promise.all([watched.shortage(), watched.shortage()])) assert.match(told ?? '', silent)
  assert.equal(asked, 1)
  answer.resolve({ free: 30 * megabyte, total: 40 * megabyte })
  await answer.promise
  await until(async () => (await watched.shortage()) === undefined)
})
