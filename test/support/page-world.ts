import { streamSSE } from 'hono/streaming'
import type { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { Fact } from '../../domain/fact.ts'
import { statusOf } from '../../domain/phases.ts'
import { judgeRequest, readRequest } from '../../functions/intake/requests.ts'
import type { WholeLesson } from '../../functions/views/lesson-lists.ts'
import type { ListedTask, ListFilter } from '../../functions/views/queries.ts'
import type { Statistics } from '../../functions/views/statistics.ts'
import type { DeadListAnswer, FunctionsAnswer } from '../../gateway/answers.ts'
import { inProcess } from '../../gateway/carriers.ts'
import type { ServiceContext } from '../../gateway/context/define-service.ts'
import type { HttpCaller, Surface } from '../../gateway/http/gateway-app.ts'
import { type Operations, operationsOver } from '../../gateway/operations.ts'
import { liveOutput } from '../../gateway/surfaces/follow/live-output.ts'
import { pageSurface } from '../../gateway/surfaces/page/surface.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { type Facts, fact, type Given } from './facts.ts'
import { givenGateway } from './gateway.ts'
import { memoryBlobs } from './memory-blobs.ts'
import { lessonsIn } from './page-lessons.ts'
import { servicesWith } from './services.ts'
import { factsOf, taskOf } from './stories.ts'

type Letters = z.output<typeof DeadListAnswer>['letters']

const noStatistics: Statistics = { outcomes: [], stages: [], costs: [] }

/** Stories in memory under the real services of tasks and the door's real rules: what the page stands on, without a bus. */
export interface PageWorld {
  readonly surfaces: readonly Surface[]
  readonly operations: Operations
  /** What happens to a task, now. */
  tell(id: string, ...facts: Facts): void
  /** What the agent that works on it writes. */
  write(id: string, text: string): void
  types(id: string): string[]
  readonly functions: FunctionsAnswer['functions']
  readonly letters: Letters
  readonly lessons: WholeLesson[]
}

interface WorldOptions {
  readonly statistics?: Statistics
  readonly verify?: (token: string) => HttpCaller | undefined
  readonly newProjects?: readonly string[]
  readonly more?: Partial<Operations>
}

export const pageWorld = ({
  statistics = noStatistics,
  verify = () => undefined,
  newProjects = [],
  more = {},
}: WorldOptions = {}): PageWorld => {
  const facts: Fact[] = []
  const listeners = new Set<(event: { id: string; type: string; sequence?: number; data: object }) => void>()
  const tell = (id: string, ...given: Facts): void => {
    for (const one of given.flat(10) as Given[]) {
      const [made] = factsOf([{ time: new Date().toISOString(), ...one, id }])
      if (!made) continue
      const sequence = facts.length + 1
      facts.push({ ...made, id: `event-${sequence}`, sequence } as Fact)
      for (const listener of listeners) listener({ id, type: made.type, sequence, data: made.data as object })
    }
  }
  const output = liveOutput()
  const functions: FunctionsAnswer['functions'] = []
  const letters: Letters = []
  const lessons: WholeLesson[] = []
  const context = contextOver(facts, tell, lessonsIn(lessons))
  const operations = { ...operationsOver(inProcess(context)), ...systemOf(functions, letters), ...more }
  const page = pageSurface({
    verify,
    statistics: async () => statistics,
    newProjects: () => newProjects,
    onFact: (listener) => void listeners.add(listener),
  })
  return {
    surfaces: [page, eventsOf(listeners)],
    operations,
    tell,
    write: (id, text) => {
      const data = output.take({ fn: 'write-code', stream: 'stdout', line: text })
      for (const listener of listeners) if (data) listener({ id, type: 'output', data })
    },
    types: (id) => facts.filter(({ subject }) => subject === id).map(({ type }) => type),
    functions,
    letters,
    lessons,
  }
}

const config = ConfigSchema.parse({ projects: { shop: { path: '.' } } })

const contextOver = (facts: readonly Fact[], tell: PageWorld['tell'], lessons: ReturnType<typeof lessonsIn>): ServiceContext => {
  const ids = (): string[] => [...new Set(facts.map(({ subject }) => subject))]
  const about = (id: string): Fact[] => facts.filter(({ subject }) => subject === id)
  const known = (id: string) => (ids().includes(id) ? taskOf(about(id), id) : undefined)
  const post = (type: string, body: Readonly<Record<string, unknown>>): Fact => {
    const by = { by: 'ada', channel: 'gateway' }
    if (type === 'lesson.pinned' || type === 'lesson.forgotten') {
      const id = String(body['id'])
      lessons.mark(id, type === 'lesson.pinned' ? 'pinned' : 'forgotten')
      tell(id, fact(type, { ...by, reason: String(body['reason']) }))
      return facts.at(-1) as Fact
    }
    const asked = readRequest({ type, open: false, subject: type, sequence: 1, time: '', body: JSON.stringify({ ...body, ...by }) })
    if (!('type' in asked)) throw new RequestFault(400, asked.faults)
    const present = known(asked.id)
    // The world asks for what tasks are asked for, never for jobs.
    const ruling =
      asked.type === 'task.created' || !present
        ? undefined
        : judgeRequest(asked as never, present, { projects: ['shop'], unconfined: null })
    if (ruling?.kind === 'refuse') throw new RequestFault(409, ruling.faults)
    const hash = ruling?.kind === 'accept' && ruling.planHash ? { planHash: ruling.planHash } : {}
    // What is approved after an escalation is the change of the tests.
    if (asked.type === 'plan.approved' && present?.end) tell(asked.id, fact('yardstick.approved', { hash: hash.planHash ?? '', ...by }))
    else tell(asked.id, { type: asked.type, data: { ...asked.data, ...by, ...hash } } as Given)
    return facts.at(-1) as Fact
  }
  const partial: Partial<ServiceContext> = {
    caller: { by: 'ada', channel: 'gateway' },
    blobs: memoryBlobs(),
    now: () => new Date(),
    running: () => [],
    task: async (id) => known(id),
    openTasks: async () =>
      ids()
        .map((id) => taskOf(about(id), id))
        .filter(({ end }) => !end),
    lane: async () => undefined,
    facts: async (id, after) => about(id).filter(({ sequence }) => sequence > after),
    services: servicesWith(config),
    functions: { pausesAround: async () => [] } as unknown as ServiceContext['functions'],
    decided: async () => [],
    claim: async (_key, value) => value,
    claimed: async () => undefined,
    post: async (type, body) => post(type, body).sequence,
    ask: async (type, body) => ({ kind: 'fact', fact: post(type, body) }),
    admissions: { refusalOf: () => undefined } as unknown as ServiceContext['admissions'],
    arrivals: { next: () => ({ arrived: Promise.resolve(false), cancel: () => undefined }) },
    views: {
      ids: async (prefix) => ids().filter((id) => id.startsWith(prefix)),
      building: () => undefined,
      lessons: lessons.lists,
      list: async (wish) =>
        listOf(
          ids().map((id) => taskOf(about(id), id)),
          wish,
        ),
    },
  }
  return partial as ServiceContext
}

const listOf = (
  tasks: readonly ReturnType<typeof taskOf>[],
  { status, priority, search = '', limit = 200, offset = 0 }: ListFilter = {},
): ListedTask[] =>
  tasks
    .map((one) => ({
      id: one.id,
      title: one.created?.title ?? '',
      status: statusOf(one.phase),
      phase: one.phase,
      project: one.routed?.project ?? null,
      category: one.created?.category ?? 'general',
      priority: one.priority,
      createdAt: one.createdAt,
      updatedAt: one.updatedAt,
      reason: one.end?.reason ?? null,
      nextSteps: one.end?.nextSteps ? JSON.stringify(one.end.nextSteps) : null,
    }))
    .filter((row) => (!status || row.status === status) && (!priority || row.priority === priority))
    .filter((row) => `${row.id} ${row.title}`.toLowerCase().includes(search.toLowerCase()))
    .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))
    .slice(offset, offset + limit)

const PAUSED = '2030-01-01T00:00:00.000Z'

const systemOf = (functions: FunctionsAnswer['functions'], letters: Letters): Partial<Operations> => {
  const found = (name: string) => functions.findIndex((one) => one.name === name)
  const change = (name: string, more: object): { id: string; outcome: string } => {
    const index = found(name)
    const before = functions[index]
    if (!before) throw new RequestFault(404, [`there is no function "${name}"`])
    functions[index] = { ...before, ...more }
    return { id: name, outcome: 'done' }
  }
  const letterOf = (number: number) => {
    const letter = letters.find((one) => one.number === number)
    if (!letter) throw new RequestFault(404, [`there is no dead letter ${number}`])
    return letter
  }
  return {
    system: async () => ({
      process: 1,
      node: '26',
      server: '2.15.2',
      position: 12_345,
      foreign: 0,
      open: { gate: 1, coding: 2 },
      running: [],
    }),
    functions: async () => ({ functions }),
    pause: async ({ name }) => ({ ...change(name, { paused_until: PAUSED }), paused_until: PAUSED }),
    resume: async ({ name }) => change(name, { paused_until: undefined }),
    deadLetters: async () => ({ letters, total: letters.length }),
    deadLetter: async ({ number }) => ({ ...letterOf(number), text: '{"a":"<script>1</script>"}', offset: 0, length: 26 }),
    redrive: async ({ number }) => ({ number, function: letterOf(number).function, id: letterOf(number).id, outcome: 'sent' }),
  }
}

/** `GET /tasks/:id/events` as far as a browser needs it: what happens from now on. */
const eventsOf =
  (listeners: Set<(event: { id: string; type: string; sequence?: number; data: object }) => void>): Surface =>
  (app, { stopping }) => {
    app.get('/tasks/:id/events', (context) =>
      streamSSE(context, async (stream) => {
        const wanted = context.req.param('id')
        const listener = ({ id, type, sequence, data }: { id: string; type: string; sequence?: number; data: object }): void => {
          if (id !== wanted) return
          void stream.writeSSE({ event: type, data: JSON.stringify(data), ...(sequence ? { id: String(sequence) } : {}) })
        }
        listeners.add(listener)
        await stream.write(': listening\n\n')
        await new Promise<void>((resolve) => {
          stream.onAbort(resolve)
          stopping.addEventListener('abort', () => resolve(), { once: true })
        })
        listeners.delete(listener)
      }),
    )
  }

/** The page before a world of the test's own, and a form as a browser sends it. */
export const givenPage = (options: WorldOptions = {}) => {
  const world = pageWorld(options)
  return {
    world,
    gateway: givenGateway({ surfaces: world.surfaces, operations: world.operations, config: { projects: { shop: { path: '.' } } } }),
  }
}
export const form = (values: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(values).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})
/** What runs where it is taken for a part of the page. */
export const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
