import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { loadSitePack } from '../../../browser-worker/sites/site-pack.ts'
import { askService } from '../../../bus/jetstream/ask.ts'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { nextPause, superviseWorker, type WorkerOrder } from '../../../infra/app/worker-process.ts'
import { type Browser, becomeOnlyWorker } from '../../../infra/browser/browser.ts'
import { processStartTime } from '../../../infra/locks/process-identity.mjs'
import { quiet } from '../../support/bus.ts'
import { freePort, startNats } from '../../support/nats.ts'
import { config } from '../../support/stubs.ts'
import { temporaryFolder, until, writeFiles } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

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
    const told: string[] = []
    await using worker = superviseWorker(orderFor(folder.path, nats.url), process.env, quiet, async (reason) => void told.push(reason))
    const first = worker.pid()
    assert.ok(first !== undefined && isRunning(first))
    process.kill(first, 'SIGKILL')
    await until(() => worker.pid() !== first && isRunning(worker.pid()))
    assert.ok(!isRunning(first))
    assert.deepEqual(told, [], 'it never had the lane')
    await untilAtWork(nats.url)
    last = worker.pid()
    assert.ok(last !== undefined)
    process.kill(last, 'SIGKILL')
    await until(() => told.length > 0)
    assert.deepEqual(told, ['the browser worker ended by itself (SIGKILL) and is started again'])
    last = worker.pid()
  }
  assert.ok(!isRunning(last))
})

/** It answers once it is at work. */
const untilAtWork = async (url: string): Promise<void> => {
  const connection = await connectBus({ url, name: 'test', log: quiet })
  await using _connection = { [Symbol.asyncDispose]: () => connection.close() }
  await until(async () => (await askService(connection, 'cortex-browser.tab.state', {}, { timeoutMs: 5000 })).kind === 'fault')
}

/** A program that starts a worker and tells its process id on stdout. */
const program = (order: WorkerOrder): string => `
  import { superviseWorker } from ${JSON.stringify(new URL('../../../infra/app/worker-process.ts', import.meta.url).href)}
  const worker = superviseWorker(${JSON.stringify(order)}, process.env, { warn: () => undefined }, async () => undefined)
  process.stdout.write(String(worker.pid()))
`

test('a worker ends with the process that started it, however that one ended', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNats(natsServerForTests())
  await writeFiles(folder.path, { 'main.mjs': program(orderFor(folder.path, nats.url)) })
  const main = spawn(process.execPath, [join(folder.path, 'main.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid] = (await once(main.stdout, 'data')).map(Number)
  await untilAtWork(nats.url)
  assert.ok(isRunning(pid))
  main.kill('SIGKILL')
  await until(() => !isRunning(pid))
})

test('a worker that cannot work says why once, and is tried again and again', async () => {
  await using folder = await temporaryFolder()
  const order = orderFor(folder.path, `nats://127.0.0.1:${await freePort()}`)
  const { DISPLAY: _, ...withoutDisplay } = process.env
  const [busless, blind] = await Promise.all([untilTriedAgain(order, process.env), untilTriedAgain(visible(order), withoutDisplay)])
  assert.equal(busless.told.length, 1)
  assert.match(busless.told[0] ?? '', /^the browser worker cannot start: .*127\.0\.0\.1/)
  // A Mac always has one.
  if (process.platform === 'darwin') return
  assert.equal(blind.told.length, 1)
  assert.match(blind.told[0] ?? '', /cannot start: lanes\.browser: .*there is no display.*set window = "hidden"/)
  assert.equal(blind.warned, 1, 'it stands in the log once')
})

const visible = ({ loaded, ...order }: WorkerOrder): WorkerOrder => {
  const browser = { browser: process.execPath, window: 'visible', url: 'http://127.0.0.1:9/' }
  return { ...order, loaded: { ...loaded, config: config({ lanes: { browser } }), dataDir: join(loaded.dataDir, 'other') } }
}

/** What was told and logged of a worker until it was started a third time. */
const untilTriedAgain = async (order: WorkerOrder, env: NodeJS.ProcessEnv): Promise<{ told: string[]; warned: number }> => {
  const told: string[] = []
  let warned = 0
  const log = pino({ level: 'warn' }, { write: () => void warned++ })
  await using worker = superviseWorker(order, env, log, async (reason) => void told.push(reason))
  const pids = new Set<number | undefined>()
  await until(() => {
    pids.add(worker.pid())
    return pids.size >= 3
  }, 60_000)
  return { told, warned }
}

test('the pauses before a new worker double, up to a minute where a person must mend something', () => {
  const pauses = (lasts: boolean) => Array.from({ length: 12 }).reduce<number[]>((all) => [...all, nextPause(all.at(-1) ?? 100, lasts)], [])
  assert.deepEqual([pauses(false)[0], pauses(false).at(-1), pauses(true).at(-1)], [200, 5_000, 60_000])
})

const browser = (profileDir: string): Browser => ({
  pack: loadSitePack('chatgpt'),
  ...{ home: 'http://127.0.0.1:9/', profileDir, window: 'headless', executablePath: process.execPath, sandbox: false, env: {}, log: quiet },
})

test('a second worker of a profile waits until the first has ended, and one of another bus is told who has it', async () => {
  await using folder = await temporaryFolder()
  const { signal } = new AbortController()
  const first = await becomeOnlyWorker(browser(folder.path), 'nats://here', signal)
  let isSecond = false
  const second = becomeOnlyWorker(browser(folder.path), 'nats://here', signal).then((lock) => {
    isSecond = true
    return lock
  })
  await assert.rejects(becomeOnlyWorker(browser(folder.path), 'nats://there', signal), /in use by worker process \d+ of another bus/)
  assert.equal(isSecond, false)
  first[Symbol.dispose]()
  using _second = await second
  await assert.rejects(becomeOnlyWorker(browser(folder.path), 'nats://here', AbortSignal.abort(new Error('stopped'))), /stopped/)
})
