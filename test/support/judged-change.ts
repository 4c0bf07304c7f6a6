import assert from 'node:assert/strict'
import { rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import type { NewEvent } from '../../bus/define-function.ts'
import verifyDod from '../../functions/verification/verify-dod.ts'
import { createChecks } from '../../infra/checks/checks.ts'
import { createGit } from '../../infra/git/git.ts'
import { withoutSandbox } from '../../infra/sandbox/sandbox.ts'
import { createYardstick } from '../../infra/yardstick/yardstick.ts'
import { attempt, coding, type Given, passed, round, scanned, written } from './facts.ts'
import { given } from './given.ts'
import { noSecrets } from './secrets.ts'
import { config } from './stubs.ts'
import { makeRepository, temporaryFolder, writeFiles } from './temporary.ts'

/** What an agent did to the files: a text, or null where it removed one. */
export interface Change {
  readonly files: Readonly<Record<string, string | null>>
  readonly links?: Readonly<Record<string, string>>
}

export const source = (body: string): string => `export const add = (a, b) => ${body}\n`
export const testsOf = (...bodies: string[]): string =>
  `import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { add } from '../src/add.js'\n${bodies.join('\n')}\n`
export const adds = "test('adds', () => assert.equal(add(1, 2), 3))"
export const zero = "test('adds nothing', () => assert.equal(add(1, 0), 1))"
export const manifest = (more: object = {}): string =>
  JSON.stringify({ name: 'sums', type: 'module', scripts: { test: 'sh scripts/check.sh' }, ...more })
const base = {
  'package.json': manifest(),
  'package-lock.json': '{ "lockfileVersion": 3 }\n',
  'scripts/check.sh': 'node --test\n',
  'src/add.js': source('a - -b'),
  'test/add.test.js': testsOf(adds, zero),
  'test/other.test.js': testsOf(adds),
}
export const right = source('a + b')
export const wrong = source('a - b')

/** A repository (of sums, unless it is given), its mirror, and the definition of done over what an agent made of it. */
export const judgedWorld = async (
  files: Readonly<Record<string, string>> = base,
  command: readonly string[] = ['node', '--run', 'test'],
  executable: readonly string[] = [],
) => {
  const folder = await temporaryFolder()
  const at = (name: string): string => path.join(folder.path, name)
  const sha = await makeRepository(at('repo'), files, executable)
  const settings = (dod: object) => config({ projects: { shop: { path: at('repo'), dod: [command] } }, dod })
  const whole = settings({})
  const git = createGit({
    projects: whole.projects,
    cacheDir: at('cache'),
    configDir: folder.path,
    env: process.env,
    log: { warn: () => undefined },
  })
  const sandbox = withoutSandbox('what is tried here is the judgement')
  const checks = createChecks({
    projects: whole.projects,
    configDir: folder.path,
    dataDir: at('data'),
    env: process.env,
    sandbox,
    secrets: noSecrets(),
    log: { warn: () => undefined },
  })
  await git.resolve('shop')

  const commit = async ({ files: changed, links = {} }: Change, key: string): Promise<string> => {
    await using tree = await git.worktree({ project: 'shop', sha, key })
    for (const [name, text] of Object.entries(changed)) {
      await rm(path.join(tree.path, name), { force: true })
      if (text !== null) await writeFiles(tree.path, { [name]: text })
    }
    for (const [name, target] of Object.entries(links)) {
      await rm(path.join(tree.path, name), { recursive: true, force: true })
      await symlink(target, path.join(tree.path, name))
    }
    return (await git.commit({ worktree: tree, baseSha: sha, message: key, at: '2026-01-01T00:00:00Z' })) ?? ''
  }

  let count = 0
  /** What the definition of done says of the change; with `more`, after these facts of the same head. */
  const judged = async (change: Change, { dod = {}, more = [] as Given[], headSha = '' } = {}) => {
    count += 1
    const head = headSha || (await commit(change, `case-${count}`))
    const services = { git, checks, yardstick: createYardstick({ git, config: settings(dod) }), config: settings(dod) }
    const facts = [coding(), round({ baseSha: sha }), written({ headSha: head }), passed()]
    const last = { ...scanned(), data: { ...scanned().data, attempt: attempt({ baseSha: sha }) } }
    const story =
      more.length > 0 ? given(facts, last, ...more.slice(0, -1)).when(more.at(-1)!, { services }) : given(facts).when(last, { services })
    const [event] = (await story.of(verifyDod).outcome()).events
    assert.ok(event)
    return { event, head }
  }
  return { judged, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** What these tests ask of the answer, whatever its type. */
export const dataOf = (event: NewEvent) =>
  event.data as {
    reason: string
    class: string
    yardstick: string
    coverage?: number
    findings: { file?: string; problem: string }[]
    checks: { run?: string; tests?: { passed: number } }[]
    judged: {
      changes: { file: string; change: string }[]
      notes: string[]
      canary?: { heard: string[]; unheard: string[] }
      approvedBy?: string
    }
  }
