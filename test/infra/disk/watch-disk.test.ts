import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { watchDisk } from '../../../infra/disk/watch-disk.ts'

const megabyte = 1024 * 1024

/** A disk of 40 MB that says what it is told, and a server on it. */
const given = (t: TestContext) => {
  const lines: string[] = []
  const disk = { free: 30, fault: undefined as string | undefined, restarts: [] as string[] }
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const server = {
    restart: async (why: string) => void disk.restarts.push(why),
    writeFault: async () => {
      const { fault } = disk
      disk.fault = undefined
      return fault
    },
  }
  const look = async () => ({ free: disk.free * megabyte, total: 40 * megabyte })
  const clock = { at: 1e6 }
  const watched = watchDisk({ place: '/data', lowMb: 256, server, log, look, now: () => clock.at })
  t.after(() => watched[Symbol.dispose]())
  const shortage = (free: number, fault?: string) => {
    Object.assign(disk, { free, fault })
    clock.at += 20_000
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

test('a write that failed between two looks is known by the log of the server', async (t) => {
  const { shortage, disk } = given(t)
  assert.match((await shortage(30, 'no space left on device')) ?? '', /could not write/)
  assert.deepEqual(disk.restarts, ['no space left on device'])
  assert.equal(await shortage(30), undefined)
})
