/** What `cortex init` makes of a repository: the commands that prove it works, as `cortex.toml`. Pure. */

import type { Checks, KnownFiles } from './known-files.ts'
import { pytestChecks, pythonChecks } from './python-checks.ts'

/** The first way of testing that the files show. */
export const checksOf = (files: KnownFiles): Checks =>
  nodeChecks(files) ??
  rustOrGo(files) ??
  javaChecks(files) ??
  pytestChecks(files) ??
  makeChecks(files) ??
  pythonChecks(files) ?? { setup: [], dod: [], from: files['package.json'] === undefined ? '' : 'package.json' }

const nodeChecks = (files: KnownFiles): Checks | undefined => {
  const text = files['package.json']
  if (text === undefined) return undefined
  const { scripts, dependent } = readPackage(text)
  const test = scripts['test']
  if (test === undefined || /no test specified/.test(test)) return undefined
  const from = 'package.json'
  if (files['pnpm-lock.yaml'] !== undefined) return { setup: ['pnpm install --frozen-lockfile'], dod: ['pnpm test'], from }
  if (files['yarn.lock'] !== undefined) return { setup: ['yarn install --frozen-lockfile'], dod: ['yarn test'], from }
  if (files['package-lock.json'] !== undefined) return { setup: ['npm ci'], dod: ['npm test'], from }
  return { setup: dependent ? ['npm install'] : [], dod: ['npm test'], from }
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const readPackage = (text: string): { scripts: Record<string, string>; dependent: boolean } => {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return { scripts: {}, dependent: false } // a package.json that is no JSON tells nothing; npm itself will say so
  }
  if (!isTable(content)) return { scripts: {}, dependent: false }
  const scripts = isTable(content['scripts']) ? content['scripts'] : {}
  const named = (key: string): boolean => isTable(content[key]) && Object.keys(content[key]).length > 0
  return {
    scripts: Object.fromEntries(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    dependent: named('dependencies') || named('devDependencies'),
  }
}

const rustOrGo = (files: KnownFiles): Checks | undefined => {
  // What they need is fetched before: checks reach no network.
  if (files['Cargo.toml'] !== undefined) return { setup: ['cargo fetch'], dod: ['cargo test'], from: 'Cargo.toml' }
  if (files['go.mod'] === undefined) return undefined
  return { setup: ['go mod download'], dod: ['go vet ./...', 'go test ./...'], from: 'go.mod' }
}

const javaChecks = (files: KnownFiles): Checks | undefined => {
  const from = (['pom.xml', 'build.gradle', 'build.gradle.kts'] as const).find((name) => files[name] !== undefined)
  if (from === undefined) return undefined
  // Both fetch what runs the tests only when they run them; whether those pass is for the checks to say.
  if (from === 'pom.xml') {
    const maven = `${files.mvnw === undefined ? 'mvn' : './mvnw'} -B -ntp`
    return { setup: [`${maven} --fail-never test`], dod: [`${maven} -o test`], from }
  }
  const gradle = `${files.gradlew === undefined ? 'gradle' : './gradlew'} --no-daemon`
  return { setup: [`${gradle} --continue test || true`], dod: [`${gradle} --offline test`], from }
}

const makeChecks = (files: KnownFiles): Checks | undefined => {
  const target = ['test', 'check'].find((name) => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(files['Makefile'] ?? ''))
  return target === undefined ? undefined : { setup: [], dod: [`make ${target}`], from: 'Makefile' }
}

/** A project's name from its folder's: what is not allowed in one becomes "-". */
export const projectName = (folder: string): string => {
  const name = folder
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
    .slice(0, 64)
  return name === '' ? 'project' : name
}

/** What such a project often needs, to be taken in where it does. */
const usualSetup = ({ from }: Checks): string[] => [from === 'package.json' ? 'npm ci' : 'make deps']

const list = (commands: readonly string[]): string => `[${commands.map((command) => JSON.stringify(command)).join(', ')}]`

/** The file: what matters, each setting with a word about it. `agents` are presets found on this machine. */
export const initialToml = (input: { name: string; checks: Checks; agents: readonly string[] }): string => {
  const { name, checks, agents } = input
  const lines = [
    '# Cortex: see cortex.example.toml of Cortex for every setting and its default.',
    '',
    `[projects.${name}]`,
    'path = "." # relative to this file',
    checks.setup.length > 0
      ? `setup = ${list(checks.setup)} # run in every fresh worktree before the checks`
      : `# setup = ${list(usualSetup(checks))} # run in every fresh worktree before the checks`,
    ...(checks.setup.length > 0
      ? ['setup_network = "registries" # what setup reaches: where its commands fetch packages from; or ["a.host"], "open", "none"']
      : []),
    'network = "none" # what the agent at work and the checks reach: ["a.host"], or "open" for every public host',
    checks.dod.length > 0
      ? `dod = ${list(checks.dod)} # the definition of done: all must end with 0`
      : '# dod = ["make test"] # the definition of done: all must end with 0. Nothing was found here: fill it in',
    '# copy = [".env.test"] # untracked files that the checks need',
    'merge = "branch" # the result is a branch; "ff" moves the base branch to it where that is possible',
    '',
    ...agentLines(agents),
    '',
    '[gate]',
    'expiry = "24h" # how long a plan waits for a person',
    '',
    '# [escalation]',
    '# command = ["notify-send", "Cortex needs you"] # how a person is told',
  ]
  return `${lines.join('\n')}\n`
}

/** With two agents one reviews what the other writes. */
const agentLines = (agents: readonly string[]): string[] => {
  const [writer, reviewer] = agents
  if (writer === undefined)
    return [
      '# No agent was found on PATH: install claude or codex, then take the next two lines in.',
      '# [agents.claude]',
      '# preset = "claude"',
    ]
  const sections = agents.flatMap((agent) => [`[agents.${agent}]`, `preset = "${agent}"`, ''])
  return [
    ...sections,
    '[masters.default]',
    `planner = "${writer}"`,
    `implementer = "${writer}"`,
    ...(reviewer === undefined
      ? [
          '# reviewer: an agent of another model, or a chat page of one: a section [lanes.browser] makes "lanes.browser" review.',
          '# Without one every task goes to a person after its definition of done.',
        ]
      : [`reviewer = "${reviewer}" # another model than the one that writes`]),
  ]
}
