import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { followWriteFaults, lastFault } from '../../../infra/nats/write-faults.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const fault =
  "[1] 2026/11/22 06:00:20.047922 [ERR] JetStream failed to store a msg on stream 'A > EVENTS': write /d/1.blk: no space left on device"
const critical = '[1] 2026/11/22 06:00:20.047922 [ERR] Filestore [EVENTS] Critical write error: write /d/1.blk: input/output error'
const ofStream =
  "[1] 2026/11/22 06:00:20.047922 [ERR] JetStream stream 'A > EVENTS' critical write error: write /d/1.blk: disk quota exceeded"

test('the last line about a failed write is found among others, and none where all is well', () => {
  assert.equal(lastFault(`[1] [INF] Server is ready\n${critical}\n${fault}\n[1] [WRN] slow\n`), fault)
  for (const line of [critical, ofStream]) assert.equal(lastFault(line), line)
  assert.equal(lastFault('[1] [INF] Server is ready\n[1] 2026/11/22 06:00:20.1 [ERR] connection read error: timeout\n'), undefined)
})

test('what a stranger says of himself is no failed write', () => {
  const signIn = (user: string) =>
    `[1] 2026/11/22 06:00:20.047922 [ERR] 127.0.0.1:4000 - cid:7 - "v1:js" - authentication error - User "${user}"\n`
  for (const user of ['write error', 'no space left', 'JetStream failed to store a msg on stream ', critical])
    assert.equal(lastFault(signIn(user)), undefined, user)
})

test('a line whose beginning is not looked at any more is none, and a log that is not there tells nothing', async () => {
  await using folder = await temporaryFolder()
  const log = path.join(folder.path, 'nats-server.log')
  const writeFault = followWriteFaults(log, 0)
  assert.equal(await writeFault(), undefined)
  const tail = `${critical}${'x'.repeat(64 * 1024 - critical.length - 1)}\n`
  await writeFile(log, `someone said ${tail}`)
  assert.equal(await writeFault(), undefined)
  await writeFile(log, `${fault}\n`)
  assert.equal(await writeFault(), fault)
})
