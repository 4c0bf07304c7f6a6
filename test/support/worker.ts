import type { BrowserLane } from '../../browser-worker/lane/lane.ts'
import type { LaneFault, Tab, TurnAnswer } from '../../browser-worker/turn/types.ts'
import type { WorkerServices, WorkerSettings } from '../../browser-worker/worker-services.ts'
import { fakeTab } from './fake-tab.ts'
import { noSecrets } from './secrets.ts'
import type { Stubs } from './stubs.ts'

/** What a turn on the lane comes to: an answer, something thrown, or the real turn on a tab without a browser. */
export type Scripted = TurnAnswer | Error | 'the real turn'

export interface ScriptedLane {
  readonly lane: Partial<BrowserLane>
  readonly tab: ReturnType<typeof fakeTab>
  readonly parked: LaneFault[]
  /** How many turns were taken. */
  taken(): number
  /** Until when a job was willing to wait, each time. */
  readonly holds: Date[]
}

/** A lane whose turns come out as told, one after the other; it is ready unless `more` says otherwise. */
export const laneWith = (turns: readonly Scripted[], more: Partial<BrowserLane> = {}): ScriptedLane => {
  const [tab, parked, holds, left] = [fakeTab(), [] as LaneFault[], [] as Date[], [...turns]]
  const use: BrowserLane['use'] = async <T>(work: (tab: Tab) => Promise<T>) => {
    const next = left.shift()
    if (!next) throw new Error('the test says nothing of one more turn')
    if (next instanceof Error) throw next
    // The work of a turn gives a turn's answer.
    return next === 'the real turn' ? work(tab) : (next as T)
  }
  const lane: Partial<BrowserLane> = {
    use,
    ready: async ({ until }) => void holds.push(until),
    glance: async () => undefined,
    park: (fault) => void parked.push(fault),
    ...more,
  }
  return { lane, tab, parked, holds, taken: () => turns.length - left.length }
}

const defaults: WorkerSettings = { deadlineMs: 600_000, holdMs: 3_600_000, conversation: 'new' }

/** The services of the worker's functions; like all stubs, what is not named throws when it is touched. */
export const workerServices = ({ lane }: Pick<ScriptedLane, 'lane'>, settings: Partial<WorkerSettings> = {}): Stubs => {
  const services: { [S in keyof WorkerServices]: Partial<WorkerServices[S]> } = {
    lane,
    secrets: noSecrets(),
    settings: { model: undefined, effort: undefined, ...defaults, ...settings },
  }
  // The worker has services of its own; the stubs are made for those of the main process.
  return services as Stubs
}

export const turnAnswer = (more: Partial<TurnAnswer> = {}): TurnAnswer => ({
  markdown: '# Yes',
  html: '<h1>Yes</h1>',
  text: 'Yes',
  model: 'gpt-test',
  place: { baseline: 0, url: 'https://chat.test/c/1' },
  degraded: false,
  notes: [],
  screenshot: new Uint8Array([1, 2, 3]),
  dom: '<html></html>',
  timings: { preparedMs: 1, insertMs: 2, thinkingMs: 3, answerMs: 4 },
  ...more,
})
