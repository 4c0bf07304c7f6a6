import { knock } from '../../bus/door.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Task } from '../../domain/task.ts'
import { readPlan } from '../../functions/planning/check-plan.ts'
import { createLog } from '../../infra/app/log.ts'
import { type System, startSystem } from '../../infra/app/start.ts'
import type { Environment } from '../../infra/config/environment.ts'
import { findBrowser } from '../../infra/setup/find-browser.mjs'
import { ownCommand } from '../own-command.ts'
import { type Paint, planText, storyLine } from '../render.ts'
import { openPlayground, type Playground, PROJECT, playgroundConfig, sampleFolder, writeNote } from './playground.ts'
import { type Scenario, type ScenarioName, scenarios } from './scenarios.ts'
import { totals } from './totals.ts'
import { watchLearning } from './watch-learning.ts'

export interface DemoOptions {
  scenario: ScenarioName
  /** Approve the plan without asking. */
  yes: boolean
  /** Who plans and reviews: the chat page in a browser, or the agents' command lines. */
  lane: 'browser' | 'cli'
  /** Two names; `claude` and `codex` are the real command lines, any other name is a scripted stand-in. */
  agents: readonly [string, string]
  /** Where it plays; an interrupted demo there goes on. */
  folder: string
  sample?: string
  task?: { title: string; description: string }
  env: Environment
  ackWait?: string
  print: (line: string) => void
  paint: Paint
  /** Asks the person; undefined where nobody can be asked, null as an answer when the person is gone. */
  question?: (text: string, signal: AbortSignal) => Promise<string | null>
  signal: AbortSignal
}

/** The main job before one's eyes: a task on a sample repository from created to its end. Returns 0 only when the definition of done passed. */
export const demo = async (options: DemoOptions): Promise<number> => {
  const { print } = options
  const playground = await openPlayground({ ...options, sample: options.sample ?? sampleFolder, task: `task-demo-${Date.now()}` })
  const scenario: Pick<Scenario, 'title' | 'description' | 'next'> = options.task ?? scenarios[playground.scenario]
  await using opened = new AsyncDisposableStack()
  const startPage = async () => (await import('./stand-in-page.ts')).startStandInPage(playground)
  const page = takesPage(playground, options) ? opened.use(await startPage()) : undefined
  if (page) {
    playground.pagePort = Number(new URL(page.url).port)
    await writeNote(playground, false)
  }
  introduce(playground, { ownSample: options.sample === undefined, page: page?.url }, options)
  const loaded = playgroundConfig(playground, options.env, { ackWait: options.ackWait, page: page?.url })
  const log = createLog(options.env['CORTEX_LOG_LEVEL'] ?? 'silent')
  await using system = await startSystem({ loaded, env: options.env, log, graceMs: 500 })
  print(`nats-server ${system.connection.nc.info?.version} on ${system.url}, data in ${loaded.dataDir}`)
  print(heldBy(system))
  const there = system.services.sandbox.missing ? '' : ', and decide on the plan there if you like'
  if (system.httpUrl) print(`Watch it in a browser${there}: ${system.httpUrl}/task/${playground.task}`)
  const began = Date.now()
  const learning = scenario.next ? watchLearning(system, { ...options, task: playground.task }) : undefined
  const first = await playTask(system, playground, scenario, options)
  const isTaught = first.phase === 'completed' && (await learning?.rule())
  if (isTaught) print('\nThe next task makes the same mistake:')
  const task = scenario.next && isTaught ? await playTask(system, afterwards(playground), scenario.next, options) : first
  await writeNote(playground, true)
  for (const line of totals(task, {
    folder: playground.folder,
    repository: playground.repository,
    dataDir: loaded.dataDir,
    command: ownCommand(options.env),
    hops: await hopsOf(system, task.id),
    elapsedMs: Date.now() - began,
  }))
    print(line)
  return task.phase === 'completed' && isTaught !== false ? 0 : 1
}

/** The same playground for the task after the first. */
const afterwards = (playground: Playground): Playground => ({ ...playground, task: `${playground.task}-2` })

/** Asks for a task, prints its story, and resolves when it has ended. */
const playTask = async (
  system: System,
  playground: Playground,
  { title, description }: { title: string; description: string },
  options: DemoOptions,
): Promise<Task> => {
  const ended = follow(system, playground, options)
  // The same id and content again is the same task: an interrupted demo knocks once more and goes on.
  await askAtDoor(system, 'task.created', {
    ...{ id: playground.task, title, description, category: 'development', project: PROJECT },
    ...{ mendBase: true, by: 'demo', channel: 'demo' },
  })
  return ended
}

/** The stand-in page answers for scripted agents only, and needs a browser. */
const takesPage = (playground: Playground, { lane, env }: DemoOptions): boolean =>
  lane === 'browser' && !isReal(playground) && findBrowser(env) !== null

/** The demo says what held its agents. */
const heldBy = ({ services }: System): string =>
  services.sandbox.missing
    ? `Agents and checks run WITHOUT A SANDBOX: ${services.sandbox.missing}.`
    : 'Agents and checks run sandboxed: each sees and writes its worktree alone, and reaches no address of this machine.'

const isReal = ({ agents }: Playground): boolean => agents.some((name) => name === 'claude' || name === 'codex')

const introduce = (
  playground: Playground,
  { ownSample, page }: { ownSample: boolean; page: string | undefined },
  { print, lane, env }: DemoOptions,
): void => {
  const [first, second] = playground.agents
  print(playground.resumed ? 'An earlier demo was interrupted here: it goes on.' : `Cortex demo: ${scenarios[playground.scenario].shows}.`)
  print(`The sample repository is ${playground.repository}${ownSample ? '; one of its tests fails' : ''}.`)
  print(
    isReal(playground)
      ? `Agents: ${first} plans and writes, ${second} reviews.`
      : `Agents: ${first} plans and writes, ${second} reviews. They are scripted stand-ins, no models: --agents claude,codex uses the real command lines.`,
  )
  if (page) print(`Plans and reviews are asked in a chat page, through one tab of a real browser. The page is a stand-in, too: ${page}`)
  else if (lane === 'browser' && findBrowser(env) === null)
    print('No Chromium was found: plans and reviews are asked on the command line, not in a chat page (apt install chromium changes that).')
}

/** Prints every fact of the task as it is stored, opens the gate for the person, and resolves with the ended task. */
const follow = (system: System, playground: Playground, options: DemoOptions): Promise<Task> =>
  new Promise((resolve, reject) => {
    const start = new Date().toISOString()
    const seen = new Set<string>()
    options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true })
    const take = (fact: Fact, task: Task | undefined): void => {
      if (fact.subject !== playground.task || seen.has(fact.id)) return
      seen.add(fact.id)
      options.print(storyLine({ ...fact }, start, options.paint))
      if (fact.type === 'gate.opened') decide(system, playground, fact, options).catch(reject)
      // An end without a result is told to a person: the demo waits to see that it was.
      if (task?.end && (task.phase === 'completed' || fact.type === 'notification.sent')) resolve(task)
    }
    system.folds.onFact((fact, story) => take(fact as Fact, story?.state))
    if (playground.resumed) takeUp(system, playground, options).then((task) => task?.end && resolve(task), reject)
  })

/** What an interrupted demo had reached: a gate that waits is asked about again. */
const takeUp = async (system: System, playground: Playground, options: DemoOptions): Promise<Task | undefined> => {
  const { state: task } = await system.folds.coldStory(playground.task)
  if (task.created) options.print(`           it had reached: ${task.phase}`)
  if (task.phase === 'gate' && task.gate && task.approvals.length === 0) await decide(system, playground, { data: task.gate }, options)
  return task
}

/** The human gate: asks on a terminal, approves and says so elsewhere. */
const decide = async (
  system: System,
  playground: Playground,
  gate: { data: { planHash: string } },
  options: DemoOptions,
): Promise<void> => {
  const { planHash } = gate.data
  const { state: task } = await system.folds.coldStory(playground.task)
  const plan = task.plan ? readPlan(await system.blobs.text(task.plan.plan)).plan : undefined
  if (plan) for (const line of planText(plan, planHash, options.paint).split('\n')) options.print(`           ${line}`)
  const approved = await askUnlessDecided(system, playground, options)
  if (approved === undefined) return
  const type = approved ? 'plan.approved' : 'plan.rejected'
  const reason = approved ? '' : 'the person at the terminal said no'
  await askAtDoor(system, type, { id: playground.task, planHash, reason, by: options.env['USER'] ?? 'demo', channel: 'demo' })
}

/** How long the demo waits for the bus to store what it asks for: longer than a bus that fell takes to be there again on a busy machine. */
const STORE_MS = 60_000

const askAtDoor = async ({ connection }: System, type: Parameters<typeof knock>[1], body: Parameters<typeof knock>[2]): Promise<void> => {
  const signal = AbortSignal.timeout(STORE_MS)
  try {
    await knock(connection, type, body, { signal })
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new Error(`the bus did not store ${type} within ${STORE_MS / 1000} s: look at the log of nats-server`, { cause: error })
  }
}

/** Undefined when the person decided elsewhere meanwhile, on the page for example. */
const askUnlessDecided = async (system: System, playground: Playground, options: DemoOptions): Promise<boolean | undefined> => {
  const decided = new AbortController()
  system.folds.onFact(({ type, subject }) => {
    if (subject === playground.task && /^plan\.(approved|rejected|questioned)$/.test(type))
      decided.abort(new Error('it was decided elsewhere'))
  })
  try {
    return await ask({ ...options, signal: AbortSignal.any([options.signal, decided.signal]) })
  } catch (error) {
    if (error !== decided.signal.reason) throw error
    return undefined
  }
}

const ask = async ({ yes, question, print, signal }: DemoOptions): Promise<boolean> => {
  if (yes || !question) {
    print(`           the plan is approved without asking: ${yes ? '--yes was given' : 'there is no terminal to ask on'}`)
    return true
  }
  for (;;) {
    const answer = await question('           Approve this plan? [y/n] ', signal)
    if (answer === null)
      throw signal.aborted ? signal.reason : new Error('the terminal was closed at the gate; start the demo again to decide')
    if (/^y(es)?$/i.test(answer.trim())) return true
    if (/^no?$/i.test(answer.trim())) return false
  }
}

/** Events that followed one another from the creation to the end. */
const hopsOf = async (system: System, id: string): Promise<number> => (await system.folds.coldStory(id)).ids.size
