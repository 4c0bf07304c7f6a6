import type { Blobs } from '../../bus/blobs.ts'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import { noUsage } from '../../domain/task.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import { defineOrdered } from '../../functions/define-function.ts'
import type { Disk } from '../../functions/ports.ts'
import routeReasoning from '../../functions/reasoning/route-reasoning.ts'
import { type Admissions, followAdmissions } from '../../gateway/context/admissions.ts'
import type { JobRequest, Jobs } from '../../gateway/jobs/jobs.ts'
import { openJobs } from '../../gateway/jobs/open-jobs.ts'
import { trackJobs } from '../../gateway/jobs/track-jobs.ts'
import { startBus, type TestBus } from './bus.ts'
import { doorReaders } from './door-readers.ts'
import { OPERATOR_SECRET, servicesWith } from './services.ts'
import { agentsWith, config, roomyDisk } from './stubs.ts'

type JobFolds = TaskFolds

/** One turn of the scripted page. */
export interface ScriptedTurn {
  readonly prompt: string
  partial(at: number, text: string): void
  thinking(label: string): void
  /** The prompt is proven to be in the conversation. */
  sent(): Promise<void>
}
/** The answer's Markdown, or why there is none. */
export type Told = string | { code: 'ANSWER_FAILED' | 'LANE_UNAVAILABLE'; reason: string; until?: string }

export interface TestJobs extends AsyncDisposable {
  readonly bus: TestBus<typeof catalogue>
  readonly jobs: Jobs
  /** Prompts in the order in which they were sent. */
  readonly prompts: string[]
  /** The jobs as another process would have them, which has seen nothing so far; `through` may stand between it and its folds. */
  another(through?: (folds: JobFolds) => JobFolds, admissions?: Admissions): Promise<Jobs>
}

/** Jobs on a real server with the real door and the real choice of a lane; `answer` plays the chat page. */
export const startJobs = async (
  answer: (turn: ScriptedTurn) => Promise<Told> | Told,
  depth = 120,
  disk: Disk = roomyDisk,
  now?: () => Date,
): Promise<TestJobs> => {
  const settings = config({ lanes: { browser: { depth, models: ['gpt-b'] } } })
  const lane = settings.lanes.browser
  if (!lane) throw new Error('the configuration of this test has a browser lane')
  const prompts: string[] = []
  const store = Promise.withResolvers<Blobs>()
  const askBrowser = scriptedLane(store.promise, prompts, answer)
  // A chat asks neither agents nor an endpoint.
  const services = servicesWith(settings, { agents: agentsWith({}), model: { configured: false } })
  const bus = await startBus(catalogue, { ...doorReaders, 'route-reasoning': routeReasoning, 'ask-browser': askBrowser }, { services })
  const blobs = await objectStoreBlobs(bus.connection)
  store.resolve(blobs)
  const jobsOn = async (folds: JobFolds, admissions: Admissions = followAdmissions(folds)): Promise<Jobs> =>
    openJobs({
      connection: bus.connection,
      folds,
      blobs,
      lane,
      disk,
      admissions,
      known: await trackJobs(bus.connection, folds),
      told: (words) => words,
      ...(now ? { now } : {}),
      identity: { secret: OPERATOR_SECRET, by: 'test', channel: 'gateway' },
    })
  const jobs = await jobsOn(bus.runtime.folds)
  return {
    bus,
    jobs,
    prompts,
    another: async (through = (folds) => folds, admissions) => jobsOn(through((await bus.another({})).folds), admissions),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  }
}

/** A browser lane without a browser: it keeps the facts of a turn as the real one does. */
const scriptedLane = (store: Promise<Blobs>, prompts: string[], answer: (turn: ScriptedTurn) => Promise<Told> | Told) =>
  defineOrdered({
    on: ['browser.asked'],
    emits: laneOutcomes,
    records: ['turn.sending', 'turn.sent'],
    effect: true,
    handler: async ({ event, history, record, say, live }) => {
      const { data } = event
      const common = { job: data.job, purpose: data.purpose, lane: data.lane, agent: data.agent, usage: noUsage }
      const silence = { retryable: false, request: data, ...common }
      const cancelled = (await history()).find(({ type }) => type === 'reasoning.cancelled')
      if (cancelled) return [say('chat.unanswered', { ...silence, code: 'CANCELLED', reason: 'it was taken back' })]
      const blobs = await store
      const prompt = await blobs.text(data.prompt)
      await record(
        'turn.sending',
        { promptHash: data.prompt.sha256, conversation: { kind: 'new' }, sentAt: new Date().toISOString() },
        { id: data.job },
      )
      prompts.push(prompt)
      const told = await answer({
        prompt,
        partial: (at, text) => live('partial', JSON.stringify({ at, text })),
        thinking: (label) => live('thinking', label),
        sent: () => record('turn.sent', { baseline: 0 }, { id: data.job }),
      })
      if (typeof told !== 'string') return [say('chat.unanswered', { ...silence, ...told })]
      const evidence = { html: await blobs.put(`<p>${told}</p>`, 'text/html') }
      const kept = { answer: await blobs.put(told, 'text/markdown'), evidence, durationMs: 1, model: 'gpt-test' }
      return [say('chat.answered', { ...common, ...kept, conversation: 'https://chat.test/c/1' })]
    },
  })

export const jobRequest = (prompt: string, more: Partial<JobRequest> = {}): JobRequest => ({
  prompt,
  images: [],
  model: 'cortex',
  timeoutMs: 60_000,
  priority: 'interactive',
  ...more,
})

/** A page that begins a turn and then waits until `open` is called. */
export const held = (answer: (turn: ScriptedTurn) => Told = ({ prompt }) => `answer to ${prompt}`) => {
  const gate = Promise.withResolvers<void>()
  const page = async (turn: ScriptedTurn): Promise<Told> => {
    await gate.promise
    return answer(turn)
  }
  return { page, open: () => gate.resolve() }
}
export const numbered = (n: number): string[] => Array.from({ length: n }, (_, index) => `question ${index}`)
