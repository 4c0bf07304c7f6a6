import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { checkConfig } from '../../infra/app/configuration.ts'
import { type System, startSystem } from '../../infra/app/start.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import { findBrowser } from '../../infra/setup/find-browser.mjs'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts'
import { quiet } from './bus.ts'
import { TASK_PATIENCE_MS } from './patience.ts'
import { temporaryFolder } from './temporary.ts'

/** A whole system whose browser lane drives the stand-in page: real worker process, real Chromium, real bus. */
export interface BrowserLaneSystem extends AsyncDisposable {
  readonly page: Simulator
  readonly system: System
  readonly loaded: LoadedConfig
  /** A chat completion over the model proxy: what was answered. Throws with the proxy's words. */
  ask(text: string, more?: Record<string, unknown>): Promise<string>
  get(path: string): Promise<Response>
  post(path: string, body: unknown): Promise<Response>
  /** Waits until the page has received so many prompts. */
  received(count: number): Promise<void>
  /** Stops the system in order and starts it again on the same data. */
  restart(): Promise<void>
  pids(): { browser: number; worker: number; bus: number }
}

export interface BrowserLaneOptions {
  /** More of `[lanes.browser]`. */
  lane?: Record<string, unknown>
  /** Everything else of cortex.toml. */
  config?: Record<string, unknown>
  page?: SimulatorOptions
}

/** Says why there can be no such test here, and skips it. */
export const skippedWithoutBrowser = (t: TestContext): boolean => {
  if (findBrowser(process.env) !== null) return false
  t.skip('no Chromium or Chrome on this machine (apt install chromium)')
  return true
}

export const startBrowserLane = async (options: BrowserLaneOptions = {}): Promise<BrowserLaneSystem> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const page = started.use(await startSimulator(options.page))
  page.setDefaultScript(QUICK)
  const dataDir = join(folder.path, 'data')
  const config = checkConfig('the test', {
    lanes: { browser: { url: page.url, window: 'headless', ...options.lane } },
    gateway: { port: 0, proxy: { port: 0 } },
    nats: { port: 0, ack_wait: '1s', sync: 'fast' },
    log: { level: 'silent' },
    ...options.config,
  })
  const loaded = { config, file: join(folder.path, 'cortex.toml'), dataDir, cacheDir: join(folder.path, 'cache'), natsUrl: null }
  const start = (): Promise<System> => startSystem({ loaded, env: process.env, log: quiet, graceMs: 500 })
  let system = await start()
  started.defer(() => system.stop())
  const everything = started.move()
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch((system.proxyUrl ?? '') + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return {
    page,
    loaded,
    get system() {
      return system
    },
    post,
    get: (path) => fetch((system.proxyUrl ?? '') + path),
    ask: async (text, more = {}) =>
      answerIn(await post('/v1/chat/completions', { model: 'cortex', messages: [{ role: 'user', content: text }], ...more })),
    received: (count) =>
      until(
        () => page.facts().prompts.length >= count,
        () => `${page.facts().prompts.length} of ${count} prompts reached the page`,
      ),
    restart: async () => {
      await system.stop()
      system = await start()
    },
    pids: () => ({ browser: browserPid(join(dataDir, 'auth')), worker: system.worker?.pid() ?? 0, bus: system.nats?.pid() ?? 0 }),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** A short thought and a fast pen: what is tested is the way, not the waiting. */
export const QUICK = { thinking: { ms: 300 }, streaming: { charactersPerSecond: 20_000 }, transientUrlMs: 50 }

const answerIn = async (response: Response): Promise<string> => {
  const body = (await response.json()) as { choices?: { message: { content: string } }[]; error?: { message: string; code: string } }
  const content = body.choices?.[0]?.message.content
  if (content === undefined) throw new Error(`${response.status} ${body.error?.code}: ${body.error?.message}`)
  return content
}

/** Chromium says in its profile which process has it. */
const browserPid = (profile: string): number => Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1])

/** Waits for a fact outside the bus; the error tells how far it was. */
export const until = async (holds: () => boolean | Promise<boolean>, seen: () => string, withinMs = TASK_PATIENCE_MS): Promise<void> => {
  for (const end = Date.now() + withinMs; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${seen()}`)
    await wait(20)
  }
}

/** The prompts that the page was sent. */
export const texts = ({ page }: BrowserLaneSystem): string[] => page.facts().prompts.map(({ text }) => text)

/** Waits until the lane says that it is in this state. */
export const untilLane = (lane: BrowserLaneSystem, state: string): Promise<void> =>
  until(
    async () => ((await (await lane.get('/health')).json()) as { lane: { state: string } }).lane.state === state,
    () => `the lane never was ${state}`,
  )
