import assert from 'node:assert/strict'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { takeTurn } from '../../../browser-worker/turn/turn.ts'
import { type TurnAnswer, TurnFault, type TurnRequest } from '../../../browser-worker/turn/types.ts'
import type { ScriptInput } from '../../../simulator/script.ts'
import { type Simulator, startSimulator } from '../../../simulator/simulator.ts'
import { type HeardTurn, heardTurn, noBrowser, openTab, type TestTab } from '../../support/browser.ts'

/** A stand-in page of its own and a browser on it. */
interface Scene {
  readonly page: Simulator
  readonly open: TestTab
  take(request: TurnRequest, heard?: HeardTurn): Promise<TurnAnswer>
  prompts(): ReturnType<Simulator['facts']>['prompts']
  killBrowser(): void
}

/** Tests at a time, each on a scene that no other has meanwhile. */
export const SCENES = 2
const started = new AsyncDisposableStack()
const free: Scene[] = []

const startScene = async (): Promise<Scene> => {
  const page = started.use(await startSimulator())
  const open = started.use(await openTab(page.url))
  return {
    page,
    open,
    take: (request, heard = heardTurn()) => takeTurn(open.tab, request, heard.hooks),
    prompts: () => page.facts().prompts,
    killBrowser: () => process.kill(Number(readlinkSync(join(open.profileDir, 'SingletonLock')).split('-').at(-1)), 'SIGKILL'),
  }
}

before(async () => {
  if (!noBrowser) free.push(...(await Promise.all(Array.from({ length: SCENES }, startScene))))
})
after(() => started.disposeAsync())

/** A test on a scene, as if it were new. */
export const onScene = (name: string, use: (scene: Scene, t: TestContext) => Promise<void>): void => {
  void test(name, { skip: noBrowser }, async (t) => {
    const scene = free.pop()
    assert.ok(scene, 'more tests at a time than scenes')
    try {
      scene.page.reset()
      await use(scene, t)
    } finally {
      free.push(scene)
    }
  })
}

export const quick: ScriptInput = { thinking: { ms: 300 }, streaming: { charactersPerSecond: 2_000 } }
export const ask = (prompt: string, more: Partial<TurnRequest> = {}): TurnRequest => ({
  prompt,
  files: [],
  conversation: { kind: 'new' },
  ...more,
})
export const faultOf = async (turn: Promise<unknown>): Promise<TurnFault> => {
  const [result] = await Promise.allSettled([turn])
  assert.ok(result.status === 'rejected' && result.reason instanceof TurnFault, `no fault of a turn: ${JSON.stringify(result)}`)
  return result.reason
}
