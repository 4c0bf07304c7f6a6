import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { checkConfig } from '../../infra/app/configuration.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import type { Environment } from '../../infra/config/environment.ts'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { type ScenarioName, scenarioNames } from './scenarios.ts'

const run = promisify(execFile)

/** Where a demo plays: a copy of the sample as a repository of its own, a data folder, and a note of what runs there. */
export interface Playground {
  folder: string
  repository: string
  task: string
  scenario: ScenarioName
  agents: readonly [string, string]
  /** The port of its stand-in chat page, once there was one; an address in a conversation must stay true. */
  pagePort?: number
  /** True when an earlier demo was interrupted here and goes on. */
  resumed: boolean
}

const Note = z.object({
  task: z.string(),
  scenario: z.enum(scenarioNames),
  agents: z.tuple([z.string(), z.string()]),
  ended: z.boolean(),
  pagePort: z.int().optional(),
})

/** Takes up what an interrupted demo left in the folder, or begins anew in it. */
export const openPlayground = async (input: {
  folder: string
  sample: string
  scenario: ScenarioName
  agents: readonly [string, string]
  task: string
}): Promise<Playground> => {
  const { folder, scenario, agents } = input
  const repository = join(folder, 'repository')
  const left = readNote(folder)
  if (left && !left.ended) {
    const { task, scenario, agents, pagePort } = left
    return { folder, repository, task, scenario, agents, resumed: true, ...(pagePort ? { pagePort } : {}) }
  }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await cp(input.sample, repository, { recursive: true })
  const git = (...argv: string[]) =>
    run('git', ['-c', 'user.name=Cortex demo', '-c', 'user.email=demo@localhost', '-c', 'core.hooksPath=/dev/null', ...argv], {
      cwd: repository,
    })
  await git('init', '-q', '-b', 'main')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'The sample, with a fault in it')
  // What is checked out is not moved: so its next task begins where this one ended.
  if (isLearning(scenario)) await git('switch', '-q', '-c', 'visitor')
  const playground = { folder, repository, task: input.task, scenario, agents, resumed: false }
  await writeNote(playground, false)
  return playground
}

const isLearning = (scenario: ScenarioName): boolean => scenario === 'learning'

const noteFile = (folder: string): string => join(folder, 'demo.json')

const readNote = (folder: string): z.output<typeof Note> | undefined =>
  existsSync(noteFile(folder)) ? Note.safeParse(JSON.parse(readFileSync(noteFile(folder), 'utf8'))).data : undefined

/** Says whether the demo's task has ended: the next one then begins anew. */
export const writeNote = async ({ folder, task, scenario, agents, pagePort }: Playground, ended: boolean): Promise<void> => {
  // A demo that is killed meanwhile leaves the note of before or this one.
  const beside = `${noteFile(folder)}.new`
  await writeFile(beside, `${JSON.stringify({ task, scenario, agents, ended, pagePort })}\n`)
  await rename(beside, noteFile(folder))
}

export const sampleFolder = fileURLToPath(new URL('./sample-shop', import.meta.url))

/** What the sample is called. */
export const PROJECT = 'sample'

/** The demo's own configuration: one project, two agents, a gate for a person. */
export const playgroundConfig = (
  playground: Playground,
  env: Environment,
  overrides: { ackWait?: string; page?: string } = {},
): LoadedConfig => {
  const [first, second] = playground.agents
  const preset = (name: string) => ({ preset: name === 'claude' || name === 'codex' ? name : 'scripted' })
  const config = checkConfig('the demo', {
    projects: { [PROJECT]: { path: playground.repository, ...(isLearning(playground.scenario) ? { base: 'main', merge: 'ff' } : {}) } },
    chum: { enabled: isLearning(playground.scenario) },
    agents: { [first]: preset(first), [second]: preset(second) },
    masters: { default: { planner: first, implementer: first, reviewer: second } },
    ...(overrides.page
      ? { lanes: { browser: { url: overrides.page, window: 'headless' }, purpose: { plan: 'browser', review: 'browser' } } }
      : {}),
    gateway: { port: 0, proxy: { enabled: false } },
    // A port of its own: two demos at once, or one beside a system, must not take each other's when a bus is started again.
    nats: { port: 0, ...(overrides.ackWait ? { ack_wait: overrides.ackWait } : {}) },
    // The demo plays without a network too; its story says so when nothing was scanned.
    semgrep: { required: false },
    log: { level: 'silent' },
  })
  return {
    config,
    file: join(playground.folder, 'cortex.toml'),
    dataDir: join(playground.folder, 'data'),
    cacheDir: cacheFolder(env),
    natsUrl: null,
  }
}
