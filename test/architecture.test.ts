import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { cyclesIn, folderRingsIn, type Import, importGraph, rooms, type SourceFile, sourceFiles } from './support/source-tree.ts'

/**
 * What a folder may import: its own files, these rooms or files of ours, packages, modules of Node. The first rule whose folder fits counts.
 * What is allowed and not used by anybody fails the test as much as what is used and not allowed.
 */
interface Rule {
  readonly folder: string
  readonly rooms: readonly string[]
  /** Within the rooms, and not allowed all the same. */
  readonly notOfRooms?: readonly string[]
  readonly packages: readonly string[]
  readonly typesOfPackages?: readonly string[]
  readonly notOfNode?: readonly string[]
}

/** Functions touch the world through their services only. */
const worldly = ['child_process', 'net', 'http', 'https', 'http2', 'tls', 'dgram', 'cluster'].map((name) => `node:${name}`)
const rules: readonly Rule[] = [
  { folder: 'bus/jetstream/', rooms: ['bus/'], packages: ['zod', '@nats-io/*'], typesOfPackages: ['pino'] },
  { folder: 'bus/', rooms: [], packages: ['zod'], typesOfPackages: ['pino'] },
  { folder: 'domain/', rooms: ['bus/'], packages: ['zod'], notOfNode: [...worldly, 'node:sqlite'] },
  { folder: 'functions/views/', rooms: ['bus/', 'domain/', 'functions/'], packages: [], typesOfPackages: ['pino', 'zod'] },
  { folder: 'functions/rules/gate/', rooms: ['functions/'], packages: ['redos-detector', 'yaml'] },
  {
    folder: 'functions/',
    rooms: ['bus/', 'domain/'],
    packages: ['zod'],
    typesOfPackages: ['pino'],
    notOfNode: [...worldly, 'node:sqlite'],
  },
  // These run in a browser.
  { folder: 'gateway/surfaces/page/assets/', rooms: [], packages: ['idiomorph', 'uplot'] },
  {
    folder: 'gateway/',
    rooms: ['bus/', 'domain/', 'functions/'],
    packages: ['zod', 'hono', '@hono/node-server', '@hono/zod-openapi', '@modelcontextprotocol/server', 'chat', 'prom-client', 'ajv'],
  },
  {
    folder: 'browser-worker/',
    rooms: ['bus/', 'domain/'],
    packages: ['zod', 'marked', 'playwright-core', 'parse5', 'sharp'],
    typesOfPackages: ['pino'],
  },
  // A server of its own: what it stands in for knows nothing of it.
  { folder: 'simulator/', rooms: [], packages: ['zod', 'marked'] },
  { folder: 'client/', rooms: [], packages: [] },
  // A leaf: words for what it describes, and where our cache lies, which the set-up knows before there is TypeScript. What chat platforms
  // and webhooks know of their own sections is handed in by `infra/app/configuration.ts`.
  {
    folder: 'infra/config/',
    rooms: [
      'bus/duration.ts',
      'bus/subjects.ts',
      'domain/catalogue/shared.ts',
      'domain/choices.ts',
      'domain/phases.ts',
      'infra/setup/cache.mjs',
    ],
    packages: ['zod', 'smol-toml'],
  },
  {
    folder: 'infra/app/',
    rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/'],
    packages: ['pino', 'pino-pretty', 'zod'],
  },
  {
    folder: 'infra/',
    rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/'],
    notOfRooms: ['infra/app/'],
    packages: [
      '@anthropic-ai/sandbox-runtime',
      '@aws-sdk/client-s3',
      '@chat-adapter/*',
      '@discordjs/ws',
      '@nats-io/*',
      '@secretlint/*',
      'chat',
      'openai',
      'smol-toml',
      'standardwebhooks',
      'zod',
    ],
    typesOfPackages: ['pino'],
  },
  // The only part of the product that has to do with the stand-in page.
  { folder: 'cli/demo/', rooms: ['bus/', 'domain/', 'functions/', 'infra/', 'simulator/', 'cli/'], packages: ['zod'] },
  {
    folder: 'cli/',
    rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/'],
    packages: ['@modelcontextprotocol/server', 'commander', 'pino', 'zod'],
  },
]

/** What is allowed against a rule, with its reason. One that is not needed any more fails the test. */
const exceptions: Readonly<Record<string, string>> = {
  'platform: infra/config/webhooks-schema.ts': 'a name among the kinds of webhooks; what a kind does is a table in infra/webhooks/kinds.ts',
  'platform: infra/app/config-example.ts': 'a sample of such a webhook',
  'ring: domain: catalogue, words': 'each fact is declared with its words, and what a fact means is said in words',
  'ring: functions: chum, execution, planning, reasoning, review, rules, verification':
    "stages share rules (what a plan's prompt says, whose verdict counts, what git's refusal means), each kept where it was first needed; functions never import each other",
}

const fits = (allowed: readonly string[], name: string): boolean =>
  allowed.some((one) => one === name || (one.endsWith('/*') && name.startsWith(one.slice(0, -1))))

const ruleFor = (from: string): Rule | undefined => rules.find(({ folder }) => from.startsWith(folder))

const isAllowed = ({ from, to, kind, typeOnly }: Import): boolean => {
  const rule = ruleFor(from)
  if (!rule) return false
  if (kind === 'node') return !rule.notOfNode?.includes(to)
  if (kind === 'package') return fits(rule.packages, to) || (typeOnly && fits(rule.typesOfPackages ?? [], to))
  const isWithin = (room: string): boolean => to.startsWith(room)
  return [rule.folder, ...rule.rooms].some(isWithin) && !rule.notOfRooms?.some(isWithin)
}

/** What a rule allows and no import of its folder uses. */
const staleOf = (rule: Rule, imports: readonly Import[]): string[] => {
  const mine = imports.filter(({ from }) => ruleFor(from) === rule)
  const uses = (kind: Import['kind'], name: string): boolean =>
    mine.some((one) => one.kind === kind && (kind === 'own' ? one.to.startsWith(name) : fits([name], one.to)))
  return [
    ...rule.rooms.filter((room) => !uses('own', room)),
    ...[...rule.packages, ...(rule.typesOfPackages ?? [])].filter((name) => !uses('package', name)),
  ].map((name) => `${rule.folder} uses nothing of ${name}`)
}

/** Faults that no exception names, and exceptions that name no fault. */
const judge = (kind: string, faults: readonly string[]): string[] => {
  const named = Object.keys(exceptions).filter((key) => key.startsWith(`${kind}: `))
  const found = faults.map((fault) => `${kind}: ${fault}`)
  return [
    ...found.filter((fault) => !named.includes(fault)),
    ...named.filter((key) => !found.includes(key)).map((key) => `this exception is not needed any more: "${key}"`),
  ]
}

const graph = await importGraph()
const files = sourceFiles()
const isFunctionFile = ({ text }: SourceFile): boolean => /export default define(Function|Ordered|Door)\(/.test(text)

test('the whole source is looked at, and every import leads somewhere', () => {
  assert.ok(graph.modules.length > 40, `only ${graph.modules.length} modules were found: nothing below means anything`)
  const missing = files.map(({ path }) => path).filter((path) => !graph.modules.includes(path))
  assert.deepEqual(missing, [])
  assert.deepEqual(graph.unresolved, [])
  assert.ok(graph.imports.some(({ typeOnly }) => typeOnly) && graph.imports.some(({ kind }) => kind === 'package'))
})

test('each room imports only what it may', () => {
  const faults = graph.imports
    .filter((one) => !isAllowed(one))
    .map(({ from, to, typeOnly }) => `${from} imports ${typeOnly ? 'types of ' : ''}${to}`)
  assert.deepEqual(judge('import', [...new Set(faults)]), [])
})

test('the import table allows nothing that nobody uses', () => {
  assert.deepEqual(
    rules.flatMap((rule) => staleOf(rule, graph.imports)),
    [],
  )
  const [first] = rules
  assert.ok(first && staleOf(first, []).includes('bus/jetstream/ uses nothing of bus/'))
})

test('the import table refuses what it must', () => {
  const refused = (from: string, to: string, kind: Import['kind'], typeOnly = false): boolean => !isAllowed({ from, to, kind, typeOnly })
  assert.ok(refused('bus/runtime/runtime.ts', '@nats-io/jetstream', 'package', true))
  assert.ok(refused('bus/story.ts', 'pino', 'package'))
  assert.ok(refused('bus/story.ts', 'functions/ports.ts', 'own', true))
  assert.ok(refused('functions/review/judge-review.ts', 'infra/git/git.ts', 'own'))
  assert.ok(refused('functions/review/judge-review.ts', 'node:sqlite', 'node'))
  assert.ok(refused('functions/review/judge-review.ts', 'node:child_process', 'node'))
  assert.ok(refused('infra/browser/browser.ts', 'infra/app/log.ts', 'own', true))
  assert.ok(refused('infra/app/start.ts', 'cli/terminal.ts', 'own'))
  assert.ok(refused('infra/config/config.ts', 'infra/git/git.ts', 'own', true))
  assert.ok(refused('infra/config/chat-schema.ts', 'infra/chat/load-platforms.ts', 'own'))
  assert.ok(refused('infra/config/webhooks-schema.ts', 'gateway/surfaces/webhooks/source.ts', 'own'))
  assert.ok(!refused('functions/review/judge-review.ts', 'functions/ports.ts', 'own', true))
  assert.ok(!refused('functions/views/keeper.ts', 'node:sqlite', 'node'))
})

test('functions never import each other', () => {
  const functions = files.filter(isFunctionFile).map(({ path }) => path)
  const faults = graph.imports.filter(({ from, to }) => functions.includes(to) && from.startsWith('functions/'))
  assert.deepEqual(
    judge(
      'function',
      faults.map(({ from, to }) => `${from} imports ${to}`),
    ),
    [],
  )
})

test('no modules import each other in a ring, not even types', () => {
  assert.deepEqual(judge('cycle', cyclesIn(graph)), [])
  const own = (from: string, to: string): Import => ({ from, to, kind: 'own', typeOnly: true })
  assert.deepEqual(cyclesIn({ modules: ['a', 'b', 'c'], imports: [own('a', 'b'), own('b', 'c'), own('c', 'b')] }), ['b -> c -> b'])
})

test('no folders side by side import each other in a ring, not even types', () => {
  assert.deepEqual(judge('ring', folderRingsIn(graph)), [])
  const own = (from: string, to: string): Import => ({ from, to, kind: 'own', typeOnly: true })
  const between = (...imports: Import[]): string[] => folderRingsIn({ imports })
  const there = own('infra/chat/chat.ts', 'infra/config/config.ts')
  assert.deepEqual(between(there, own('infra/chat/platforms/slack.ts', 'infra/chat/faults.ts')), [])
  assert.deepEqual(between(there, own('infra/config/chat-schema.ts', 'infra/chat/platforms/slack.ts')), ['infra: chat, config'])
  assert.deepEqual(between(own('a/b/1.ts', 'a/c/1.ts'), own('a/c/2.ts', 'a/d/1.ts'), own('a/d/2.ts', 'a/b/2.ts')), ['a: b, c, d'])
})

test('only the configuration reads the environment, and what runs before there is one', () => {
  const faults = files.filter(
    ({ path, text }) => path.endsWith('.ts') && path !== 'infra/config/config.ts' && /\bprocess\.env\b/.test(text),
  )
  assert.deepEqual(
    judge(
      'environment',
      faults.map(({ path }) => path),
    ),
    [],
  )
})

test('a file has 300 lines at most', () => {
  const faults = files.filter(({ lines }) => lines > 300).map(({ path }) => path)
  assert.deepEqual(judge('file', faults), [])
})

test('half of the files have 60 lines at most, and nine of ten have 140', () => {
  const lengths = files.map(({ lines }) => lines).sort((one, other) => one - other)
  const [median, ninth] = [0.5, 0.9].map((share) => lengths[Math.floor(lengths.length * share)] ?? 0)
  assert.ok(median! <= 60 && ninth! <= 140, `the median is ${median} lines, the ninth tenth ${ninth}`)
})

test('no room holds over a third of the source, and nothing lies loose in infra', () => {
  const all = files.reduce((sum, { lines }) => sum + lines, 0)
  const sizes = rooms.map((room) => {
    const own = files.filter(({ path }) => path.startsWith(`${room}/`)).reduce((sum, { lines }) => sum + lines, 0)
    return { room, share: own / all }
  })
  assert.deepEqual(
    sizes.filter(({ share }) => share > 1 / 3),
    [],
  )
  assert.deepEqual(
    files.map(({ path }) => path).filter((path) => /^infra\/[^/]+$/.test(path)),
    [],
  )
})

test('a function has 60 lines at most', () => {
  const faults = files.flatMap(({ path, functions }) => functions.filter(({ lines }) => lines > 60).map(({ name }) => `${path} ${name}`))
  assert.deepEqual(judge('length', faults), [])
})

test('nothing is declared as any', () => {
  const faults = files.filter(({ hasAny }) => hasAny).map(({ path }) => path)
  assert.deepEqual(judge('any', faults), [])
})

test('no file but its own knows a chat platform by its name', () => {
  const own = files.filter(({ path }) => dirname(path) === 'infra/chat/platforms')
  assert.ok(own.length > 1, 'the platforms are somewhere else')
  const compares = new RegExp(`['"\`](?:${own.map(({ path }) => basename(path, '.ts')).join('|')})['"\`]`)
  const others = files.filter(({ path }) => dirname(path) !== 'infra/chat/platforms')
  assert.ok(others.length > 500, 'all rooms are looked at')
  assert.deepEqual(
    judge(
      'platform',
      others.filter(({ text }) => compares.test(text)).map(({ path }) => path),
    ),
    [],
  )
})
