import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cyclesIn, type Import, importGraph, type SourceFile, sourceFiles } from './support/source-tree.ts'

/** What a folder may import beside itself: rooms, packages, modules of Node. The first rule whose folder fits counts. */
interface Rule {
  readonly folder: string
  readonly rooms: readonly string[]
  readonly typesOfRooms?: readonly string[]
  readonly packages: readonly string[] | 'all'
  readonly typesOfPackages?: readonly string[]
  readonly notOfNode?: readonly string[]
}

/** Functions touch the world through their services only. */
const worldly = ['child_process', 'net', 'http', 'https', 'http2', 'tls', 'dgram', 'cluster'].map((name) => `node:${name}`)
const gatewayPackages = [
  'zod',
  'hono',
  '@hono/node-server',
  '@hono/zod-openapi',
  '@modelcontextprotocol/server',
  'chat',
  '@chat-adapter/*',
  'standardwebhooks',
  'prom-client',
  'ajv',
]
const workerPackages = ['zod', 'marked', 'playwright-core', 'turndown', '@truto/turndown-plugin-gfm', 'parse5', 'sharp']
const rules: readonly Rule[] = [
  { folder: 'bus/jetstream/', rooms: ['bus/'], packages: ['zod', '@nats-io/*'], typesOfPackages: ['pino'] },
  { folder: 'bus/', rooms: ['bus/'], packages: ['zod'], typesOfPackages: ['pino'] },
  { folder: 'domain/', rooms: ['bus/', 'domain/'], packages: ['zod'], typesOfPackages: ['pino'], notOfNode: [...worldly, 'node:sqlite'] },
  { folder: 'functions/views/', rooms: ['bus/', 'domain/', 'functions/'], packages: ['zod'], typesOfPackages: ['pino'] },
  {
    folder: 'functions/',
    rooms: ['bus/', 'domain/', 'functions/'],
    packages: ['zod'],
    typesOfPackages: ['pino'],
    notOfNode: [...worldly, 'node:sqlite'],
  },
  // These run in a browser.
  { folder: 'gateway/surfaces/page/assets/', rooms: ['gateway/surfaces/page/assets/'], packages: ['idiomorph', 'uplot'] },
  { folder: 'gateway/', rooms: ['bus/', 'domain/', 'functions/', 'gateway/'], packages: gatewayPackages, typesOfPackages: ['pino'] },
  { folder: 'browser-worker/', rooms: ['bus/', 'domain/', 'browser-worker/'], packages: workerPackages, typesOfPackages: ['pino'] },
  { folder: 'client/', rooms: ['client/'], packages: [] },
  { folder: 'infra/app/', rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/'], packages: 'all' },
  { folder: 'infra/', rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/'], packages: 'all' },
  { folder: 'cli/', rooms: ['bus/', 'domain/', 'functions/', 'gateway/', 'browser-worker/', 'infra/', 'cli/'], packages: 'all' },
]

/** What is allowed against a rule, with its reason. One that is not needed any more fails the test. */
const exceptions: Readonly<Record<string, string>> = {}

const fits = (allowed: readonly string[], name: string): boolean =>
  allowed.some((one) => one === name || (one.endsWith('/*') && name.startsWith(one.slice(0, -1))))

const isAllowed = ({ from, to, kind, typeOnly }: Import): boolean => {
  const rule = rules.find(({ folder }) => from.startsWith(folder))
  if (!rule) return false
  if (kind === 'node') return !rule.notOfNode?.includes(to)
  if (kind === 'package') return rule.packages === 'all' || fits(rule.packages, to) || (typeOnly && fits(rule.typesOfPackages ?? [], to))
  return [...rule.rooms, ...(typeOnly ? (rule.typesOfRooms ?? []) : [])].some((room) => to.startsWith(room))
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

test('the import table refuses what it must', () => {
  const refused = (from: string, to: string, kind: Import['kind'], typeOnly = false): boolean => !isAllowed({ from, to, kind, typeOnly })
  assert.ok(refused('bus/runtime/runtime.ts', '@nats-io/jetstream', 'package', true))
  assert.ok(refused('bus/story.ts', 'pino', 'package'))
  assert.ok(refused('bus/story.ts', 'functions/ports.ts', 'own', true))
  assert.ok(refused('functions/review/judge-review.ts', 'infra/git/git.ts', 'own'))
  assert.ok(refused('functions/review/judge-review.ts', 'node:sqlite', 'node'))
  assert.ok(refused('functions/review/judge-review.ts', 'node:child_process', 'node'))
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

test('a function has 60 lines at most', () => {
  const faults = files.flatMap(({ path, functions }) => functions.filter(({ lines }) => lines > 60).map(({ name }) => `${path} ${name}`))
  assert.deepEqual(judge('length', faults), [])
})

test('nothing is declared as any', () => {
  const faults = files.filter(({ hasAny }) => hasAny).map(({ path }) => path)
  assert.deepEqual(judge('any', faults), [])
})
