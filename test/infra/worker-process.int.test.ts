import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processStartTime } from '../../infra/lock.ts'
import { superviseWorker, type WorkerOrder } from '../../infra/worker-process.ts'
import { quiet } from '../support/bus.ts'
import { freePort, startNats } from '../support/nats.ts'
import { config } from '../support/stubs.ts'
import { natsServerForTests } from '../support/tools.ts'
import { temporaryFolder, until } from './temporary.ts'

const isRunning = (pid: number | undefined): boolean => pid !== undefined && processStartTime(pid) !== null

/** A worker whose browser never starts: only its process matters here. */
const orderFor = (dataDir: string, url: string): WorkerOrder => ({
  loaded: {
    config: config({ lanes: { browser: { browser: process.execPath, window: 'headless', url: 'http://127.0.0.1:9/' } } }),
    ...{ file: null, dataDir, cacheDir: dataDir, natsUrl: null },
  },
  address: { url },
  logLevel: 'silent',
})

test('a worker that is killed is started again, and ends with its scope', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNats(natsServerForTests())
  let last: number | undefined
  {
    await using worker = superviseWorker(orderFor(folder.path, nats.url), process.env, quiet)
    const first = worker.pid()
    assert.ok(first !== undefined && isRunning(first))
    process.kill(first, 'SIGKILL')
    await until(() => worker.pid() !== first && isRunning(worker.pid()))
    last = worker.pid()
    assert.ok(!isRunning(first))
  }
  assert.ok(!isRunning(last))
})

test('a worker that cannot work ends by itself, and is tried again and again', async () => {
  await using folder = await temporaryFolder()
  await using worker = superviseWorker(orderFor(folder.path, `nats://127.0.0.1:${await freePort()}`), process.env, quiet)
  const pids = new Set<number | undefined>()
  await until(() => {
    pids.add(worker.pid())
    return pids.size >= 3
  }, 60_000)
})
