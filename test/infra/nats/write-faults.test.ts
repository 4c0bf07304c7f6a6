import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastFault } from '../../../infra/nats/write-faults.ts'

const fault =
  "[1] 2026/11/22 06:00:20 [ERR] JetStream failed to store a msg on stream 'A > EVENTS': write /d/1.blk: no space left on device"
const critical = '[1] 2026/11/22 06:00:20 [ERR] Filestore [EVENTS] Critical write error: write /d/1.blk: input/output error'

test('the last line about a failed write is found among others, and none where all is well', () => {
  assert.equal(lastFault(`[1] [INF] Server is ready\n${critical}\n${fault}\n[1] [WRN] slow\n`), fault)
  assert.equal(lastFault(critical), critical)
  assert.equal(lastFault('[1] [INF] Server is ready\n[1] [ERR] connection read error: timeout\n'), undefined)
})
