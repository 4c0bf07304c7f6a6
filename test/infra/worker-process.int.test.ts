import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { askService } from '../../bus/jetstream/ask.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { processStartTime } from '../../infra/lock.ts'
import { superviseWorker, type WorkerOrder } from '../../infra/worker-process.ts'
import { quiet } from '../support/bus.ts'
import { freePort, startNats } from '../support/nats.ts'
import { config } from '../support/stubs.ts'
import { natsServerForTests } from '../support/tools.ts'
import { temporaryFolder, until, writeFiles } from './temporary.ts'

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

/** A program that starts a worker and tells its process id on stdout. */
const program = (order: WorkerOrder): string => `
  import { superviseWorker } from ${JSON.stringify(new URL('../../infra/worker-process.ts', import.meta.url).href)}
  const worker = superviseWorker(${JSON.stringify(order)}, process.env, { warn: () => undefined })
  process.stdout.write(String(worker.pid()))
`

test('a worker ends with the process that started it, however that one ended', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNats(natsServerForTests())
  await writeFiles(folder.path, { 'main.mjs': program(orderFor(folder.path, nats.url)) })
  const main = spawn(process.execPath, [join(folder.path, 'main.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid] = (await once(main.stdout, 'data')).map(Number)
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  await using _connection = { [Symbol.asyncDispose]: () => connection.close() }
  // It answers once it is at work.
  await until(async () => (await askService(connection, 'cortex-browser.tab.state', {}, { timeoutMs: 5000 })).kind === 'fault', 30_000)
  assert.ok(isRunning(pid))
  main.kill('SIGKILL')
  await until(() => !isRunning(pid), 30_000)
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
