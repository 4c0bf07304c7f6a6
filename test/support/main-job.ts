import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { BlobRef } from '../../bus/blobs.ts'
import type { EventType } from '../../domain/catalogue/index.ts'
import { CallerChannels, UnprovenChannels } from '../../domain/choices.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Task } from '../../domain/task.ts'
import { checkConfig } from '../../infra/app/configuration.ts'
import { type System, startSystem } from '../../infra/app/start.ts'
import type { Environment } from '../../infra/config/environment.ts'
import { agentsFolder, cacheFolder } from '../../infra/setup/cache.mjs'
import { quiet } from './bus.ts'
import { TASK_PATIENCE_MS } from './patience.ts'
import { temporaryFolder } from './temporary.ts'

export interface MainJobOptions {
  repository: string
  /** More of `[projects.sample]`: dod, setup, merge, base. */
  project?: Record<string, unknown>
  /** Everything else of cortex.toml: agents, masters, gate, limits. */
  config?: Record<string, unknown>
  /** A bus of somebody else's, instead of a server of its own. */
  natsUrl?: string
  /** Laid over our own environment. */
  env?: Environment
}

/** What an outsider asks for; `project` is "sample" unless it says otherwise. */
export type AskedTask = Record<string, unknown> & { title: string }

/** A whole system on a data folder of its own, and an outsider without credentials who talks to it. */
export interface MainJob extends AsyncDisposable {
  readonly system: System
  readonly outsider: NatsConnection
  readonly dataDir: string
  /** Where its gateway listens. */
  readonly httpUrl: string
  /** Its path is in the command line of every real agent that it runs. */
  readonly cacheDir: string
  /** Publishes over the open door, as anyone on this machine may. */
  publish(type: EventType, body: unknown): void
  /** Everything that was seen of an id so far, in order. */
  facts(id: string): Promise<Fact[]>
  /** Waits for a fact, one that is there already included; the error tells what was seen. */
  until<T extends EventType>(type: T, id: string, options?: { where?: (fact: Fact<T>) => boolean; withinMs?: number }): Promise<Fact<T>>
  /** Waits for a fact of whatever id, such as a refusal at the door. */
  untilAny<T extends EventType>(type: T, where: (fact: Fact<T>) => boolean): Promise<Fact<T>>
  /** Waits for the task's end. */
  ended(id: string, withinMs?: number): Promise<Task>
  text(blob: BlobRef): Promise<string>
}

/** Starts it. Agents are scripted ones, `alder` (plans and writes) and `birch` (reviews), where the configuration names none. */
export const startMainJob = async (options: MainJobOptions): Promise<MainJob> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const realCache = cacheFolder(process.env)
  const cacheDir = join(folder.path, 'cache')
  await mkdir(cacheDir)
  await symlink(agentsFolder(realCache), agentsFolder(cacheDir))
  const dataDir = join(folder.path, 'data')
  const env = { ...process.env, CORTEX_CACHE_DIR: realCache, ...options.env }
  const loaded = { config: configOf(options), file: join(folder.path, 'cortex.toml'), dataDir, cacheDir, natsUrl: options.natsUrl ?? null }
  const system = started.use(await startSystem({ loaded, env, log: quiet, graceMs: 500 }))
  const outsider = await connect({ servers: system.url.split(','), name: 'outsider', maxReconnectAttempts: -1 })
  started.defer(() => outsider.close())
  const everything = started.move()
  const watch = watcher(system)
  return {
    system,
    outsider,
    dataDir,
    httpUrl: system.httpUrl ?? '',
    cacheDir,
    publish: (type, body) => outsider.publish(type, JSON.stringify(body)),
    facts: watch.facts,
    until: watch.until,
    untilAny: watch.untilAny,
    ended: async (id, withinMs = TASK_PATIENCE_MS) => {
      await watch.first(id, (fact) => ENDS.includes(fact.type), `an end of ${id}`, withinMs)
      return (await system.folds.coldStory(id)).state
    },
    text: (blob) => system.blobs.text(blob),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

const ENDS = ['task.completed', 'task.failed', 'task.escalated', 'task.cancelled']

const configOf = ({ repository, project, config }: MainJobOptions) =>
  checkConfig('the test', {
    projects: { sample: { path: repository, ...project } },
    agents: { alder: { preset: 'scripted' }, birch: { preset: 'scripted' } },
    sandbox: { mode: hasOwnAgent(config) ? 'none' : 'auto' },
    ...config,
    // Most tests decide as an outsider; which channels are open without a sandbox is a test of its own.
    gate: config?.['gate'] ?? { channels: [...CallerChannels, ...UnprovenChannels] },
    gateway: { port: 0, ...table(config?.['gateway']), proxy: { port: 0, ...table(table(config?.['gateway'])['proxy']) } },
    nats: { port: 0, sync: 'fast', ack_wait: '1s', ...table(config?.['nats']) },
    log: { level: 'silent' },
  })

/** An agent of a test's own keeps its notes where no sandbox lets it. */
const hasOwnAgent = (config: MainJobOptions['config']): boolean =>
  Object.values(table(config?.['agents'])).some((agent) => 'command' in table(agent))

const table = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

const watcher = (system: System) => {
  const seen: Fact[] = []
  const listeners = new Set<(fact: Fact) => void>()
  system.folds.onFact((stored) => {
    const fact = stored as Fact // the system's catalogue is the product's
    seen.push(fact)
    for (const listener of listeners) listener(fact)
  })
  const about = (id: string | undefined) => seen.filter(({ subject }) => id === undefined || subject === id)
  const first = (id: string | undefined, fits: (fact: Fact) => boolean, what: string, withinMs: number): Promise<Fact> => {
    const present = about(id).find(fits)
    if (present) return Promise.resolve(present)
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        listeners.delete(listener)
      }
      const listener = (fact: Fact): void => {
        if ((id !== undefined && fact.subject !== id) || !fits(fact)) return
        done()
        resolve(fact)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`no ${what} within ${withinMs} ms; seen of it: ${told(about(id))}`))
      }, withinMs)
      listeners.add(listener)
    })
  }
  return {
    first,
    facts: async (id: string): Promise<Fact[]> => about(id),
    untilAny: async <T extends EventType>(type: T, where: (fact: Fact<T>) => boolean): Promise<Fact<T>> => {
      const fits = (fact: Fact): boolean => fact.type === type && where(fact as Fact<T>)
      return (await first(undefined, fits, type, TASK_PATIENCE_MS)) as Fact<T>
    },
    until: async <T extends EventType>(
      type: T,
      id: string,
      { where = () => true, withinMs = TASK_PATIENCE_MS }: { where?: (fact: Fact<T>) => boolean; withinMs?: number } = {},
    ): Promise<Fact<T>> => {
      const fits = (fact: Fact): fact is Fact<T> => fact.type === type && where(fact as Fact<T>)
      return (await first(id, fits, `${type}.${id}`, withinMs)) as Fact<T>
    },
  }
}

/** The facts as a failed test shows them. */
export const told = (facts: readonly Fact[]): string =>
  facts.map(({ type, data }) => `${type} ${JSON.stringify(data).slice(0, 300)}`).join('\n  ') || 'nothing'

export interface MainJobResult {
  task: Task
  facts: Fact[]
  url: string
}

/** One task from created to its end, as an outsider sees to it: publishes it, approves its plan, waits. Releases everything. */
export const runMainJob = async (
  options: MainJobOptions & { task: AskedTask; withinMs?: number; during?: (job: MainJob, id: string) => Promise<void> },
): Promise<MainJobResult> => {
  await using job = await startMainJob(options)
  const id = ask(job, options.task)
  const during = options.during?.(job, id)
  during?.catch(() => undefined) // awaited below, after the end
  const task = await approveAndWait(job, id, options.withinMs)
  await during
  return { task, facts: await job.facts(id), url: job.system.url }
}

let asked = 0

/** Publishes the task as an outsider. Returns its id. */
export const ask = (job: MainJob, task: AskedTask): string => {
  const id = `task-main-${process.pid}-${asked++}`
  job.publish('task.created', { id, project: 'sample', category: 'development', ...task })
  return id
}

/** Approves every plan of the task when its gate opens, until the task ends; also waits until a person was told of a bad end. */
export const approveAndWait = async (job: MainJob, id: string, withinMs = TASK_PATIENCE_MS): Promise<Task> => {
  job.system.folds.onFact((fact) => {
    if (fact.type === 'gate.opened' && fact.subject === id) job.publish('plan.approved', { id })
  })
  for (const fact of await job.facts(id)) if (fact.type === 'gate.opened') job.publish('plan.approved', { id })
  return job.ended(id, withinMs)
}
