import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createChecks } from '../../../infra/checks/checks.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { withoutSandbox } from '../../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const nextMillisecond = async (): Promise<void> => {
  for (const now = Date.now(); Date.now() === now; ) await setImmediate()
}

/** What a cache of a base without a lock file is kept under. */
const noPackages = createHash('sha256').digest('hex')

/** A project whose commands write a line for each time that they ran; `service` is a new process' each time. */
async function given(project: object = {}) {
  const folder = await temporaryFolder()
  const note = path.join(folder.path, 'ran')
  await writeFiles(folder.path, { 'repo/.env.test': 'A=1\n', ran: '' })
  const service = (more: object = {}, missing: string | null = 'what is tried here are the commands') => {
    const own = { path: 'repo', dod: [`echo ran >> ${note}`], ...project, ...more }
    const { projects } = ConfigSchema.parse({ projects: { demo: own } })
    return createChecks({
      projects,
      sandbox: { ...withoutSandbox(''), missing },
      secrets: noSecrets(),
      log: { warn: () => undefined },
      configDir: folder.path,
      dataDir: path.join(folder.path, 'data'),
      env: { PATH: process.env['PATH'] },
    })
  }
  let keys = 0
  const look = async (more: Partial<Parameters<ReturnType<typeof service>['base']>[0]> = {}, checks = service()) => {
    const key = `base-${keys++}`
    const tree = path.join(folder.path, key)
    const open = async () => {
      await mkdir(tree)
      return { path: tree, [Symbol.asyncDispose]: async () => undefined }
    }
    const signal = new AbortController().signal
    return checks.base({ project: 'demo', repositoryToml: null, timeoutMs: 20_000, signal, key, sha: 'a', tree: 't', open, ...more })
  }
  const runs = async (): Promise<number> => (await readFile(note, 'utf8')).split('\n').length - 1
  return { folder: folder.path, note, service, look, runs, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test('however many ask for a base at once or later, also after a start, its commands run once', async () => {
  await using setting = await given()
  const checks = setting.service()
  const looks = await Promise.all(Array.from({ length: 20 }, () => setting.look({}, checks)))
  assert.deepEqual([looks.filter(({ cached }) => !cached).length, await setting.runs()], [1, 1])
  const later = await setting.look()
  assert.deepEqual([later.cached, later.checks[0]?.exitCode, await setting.runs()], [true, 0, 1])
})

test('few bases are looked at, at once', async () => {
  await using setting = await given()
  const checks = setting.service()
  let [open, most] = [0, 0]
  const looks = Array.from({ length: 5 }, (_, index) => {
    const worktree = async () => {
      const folder = path.join(setting.folder, `tree-${index}`)
      await mkdir(folder)
      most = Math.max(most, ++open)
      return { path: folder, [Symbol.asyncDispose]: async () => void open-- }
    }
    return setting.look({ tree: `${index}`, open: worktree }, checks)
  })
  await Promise.all(looks)
  assert.deepEqual([most, await setting.runs()], [2, 5])
})

test('the memory of an earlier version is removed', async () => {
  await using setting = await given()
  await writeFiles(setting.folder, { 'data/test-counts/a.json': '[1]' })
  await setting.look()
  assert.equal((await readdir(path.join(setting.folder, 'data'))).includes('test-counts'), false)
})

test('other content, commands, surroundings and copied files have it run again', async () => {
  await using setting = await given({ copy: ['.env.test'] })
  await setting.look()
  await setting.look({ sha: 'b' })
  assert.equal(await setting.runs(), 1, 'the same content in another commit')
  await setting.look({ tree: 'u' })
  const command = `echo ran >> ${setting.note}`
  await setting.look({}, setting.service({ dod: [command, 'true'] }))
  await setting.look({}, setting.service({ setup: ['true'] }))
  await setting.look({}, setting.service({ network: ['example.org'] }))
  await utimes(path.join(setting.folder, 'repo/.env.test'), 1, 1)
  await setting.look()
  assert.equal(await setting.runs(), 6)
})

test('what fails is tried once more, and holds for its commit until somebody opens a task again', async () => {
  const first = '{ echo ran >> $NOTE; false; }'
  await using setting = await given()
  const failing = setting.service({ dod: [first.replace('$NOTE', setting.note)] })
  const seen = await setting.look({}, failing)
  assert.deepEqual([seen.checks[0]?.exitCode, seen.repeats[0]?.[0]?.exitCode, await setting.runs()], [1, 1, 2])
  assert.equal((await setting.look({}, failing)).cached, true)
  assert.equal((await setting.look({ sha: 'b' }, failing)).cached, false)
  assert.equal((await setting.look({ sha: 'b', since: new Date(0).toISOString() }, failing)).cached, true)
  assert.equal((await setting.look({ sha: 'b', since: '9999-01-01T00:00:00.000Z' }, failing)).cached, false)
})

test('what could not be run to an end is not remembered', async () => {
  await using setting = await given({ setup: ['exit 1'] })
  for (const again of [1, 2]) assert.deepEqual([(await setting.look()).failure?.class, again], ['infrastructure', again])
  await using missing = await given()
  const absent = missing.service({ dod: [`echo ran >> ${missing.note}; no-such-program`] })
  for (const again of [1, 2]) {
    const { failure, cached, repeats } = await missing.look({}, absent)
    assert.deepEqual([failure?.class, cached, repeats, await missing.runs()], ['infrastructure', false, [], again])
  }
})

test('with `since` no run that was begun before counts: one that passed, or one that still goes on', async () => {
  await using setting = await given()
  await setting.look()
  await nextMillisecond()
  assert.equal((await setting.look({ since: new Date().toISOString() })).cached, false)
  const checks = setting.service({ dod: [`echo ran >> ${setting.note}; until test -e ${setting.folder}/go; do sleep 0.05; done`] })
  const started = Promise.withResolvers<void>()
  const first = setting.look({ onLine: () => started.resolve() }, checks)
  await started.promise
  await nextMillisecond()
  const since = new Date().toISOString()
  const later = [1, 2, 3].map(() => setting.look({ since }, checks))
  await writeFile(path.join(setting.folder, 'go'), '')
  const cached = (await Promise.all([first, ...later])).map((seen) => seen.cached)
  assert.deepEqual([cached.filter((each) => !each).length, cached[0], await setting.runs()], [2, false, 4])
})

test('a failure whose second try was not run to its end says nothing of the base and is not remembered', async () => {
  await using setting = await given()
  const once = setting.service({
    dod: [`echo ran >> ${setting.note}; if test -e tried; then no-such-program; else touch tried; false; fi`],
  })
  for (const again of [1, 2]) {
    const { failure, cached } = await setting.look({}, once)
    assert.deepEqual([failure?.class, cached, await setting.runs()], ['infrastructure', false, 2 * again])
  }
})

test('a result that passed is the base of the next task: nothing is run', async () => {
  await using setting = await given()
  const tree = path.join(setting.folder, 'head')
  await mkdir(tree)
  const signal = new AbortController().signal
  await setting.service().run({ project: 'demo', repositoryToml: null, timeoutMs: 20_000, signal, key: 'dod', path: tree, tree: 't' })
  assert.deepEqual([(await setting.look()).cached, await setting.runs()], [true, 1])
})

test('where the one who runs it gives up, the next one who waits does; who waits gives up alone', async () => {
  await using setting = await given({})
  const checks = setting.service({ dod: [`echo ran >> ${setting.note}; sleep 0.3`] })
  const first = new AbortController()
  const bored = new AbortController()
  const started = Promise.withResolvers<void>()
  const gone = setting.look({ signal: first.signal, onLine: () => started.resolve() }, checks)
  const waiting = setting.look({}, checks)
  const leaving = setting.look({ signal: bored.signal }, checks)
  await started.promise
  bored.abort(new Error('cancelled'))
  await assert.rejects(leaving, /cancelled/)
  first.abort(new Error('stopped'))
  await assert.rejects(gone, /stopped/)
  assert.deepEqual([(await waiting).cached, (await waiting).checks[0]?.exitCode], [false, 0])
})

test('what a fall of the machine left of the memory is looked at anew', async () => {
  await using setting = await given()
  await setting.look()
  const bases = path.join(setting.folder, 'data/bases')
  for (const name of await readdir(bases)) await writeFile(path.join(bases, name), '')
  assert.deepEqual([(await setting.look()).cached, await setting.runs()], [false, 2])
})

test('what passed is run again where its cache is missing, and holds where that cannot be done', async () => {
  await using setting = await given()
  const away = path.join(setting.folder, 'away')
  const checks = setting.service({ setup: [`test ! -e ${away}`] }, null)
  const caches = path.join(setting.folder, 'data', 'caches')
  const look = async () => {
    const { cached, failure } = await setting.look({}, checks)
    return { cached, failure, runs: await setting.runs() }
  }
  assert.deepEqual(await look(), { cached: false, failure: undefined, runs: 1 })
  assert.deepEqual(await look(), { cached: true, failure: undefined, runs: 1 })
  await rm(caches, { recursive: true })
  assert.deepEqual(await look(), { cached: false, failure: undefined, runs: 2 })
  await rm(caches, { recursive: true })
  await writeFile(away, '')
  assert.deepEqual(await look(), { cached: true, failure: undefined, runs: 2 })
})

test('what the copying of a cache takes is not of the time for the commands', async (t) => {
  await using setting = await given()
  await writeFiles(setting.folder, { 'data/caches/demo/go/pkg/mod/a.go': '', 'data/caches/demo/about': noPackages })
  // Ten minutes go by while it is copied.
  const copied = path.join(setting.folder, 'data/runs/base-0.checks/home/go/pkg/mod/a.go')
  const { now } = performance
  t.mock.method(performance, 'now', () => now.call(performance) + (existsSync(copied) ? 600_000 : 0))
  const { checks, failure } = await setting.look({}, setting.service({}, null))
  assert.deepEqual([failure, checks[0]?.exitCode], [undefined, 0])
})
