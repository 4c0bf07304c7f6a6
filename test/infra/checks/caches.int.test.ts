import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, constants, mkdir, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createCaches } from '../../../infra/checks/caches.ts'
import { testAsOrdinaryUser } from '../../support/ordinary-user.ts'
import { temporaryFolder, until, writeFiles } from '../../support/temporary.ts'

const day = 24 * 60 * 60 * 1000
const built = 'go/pkg/mod/cobra/cobra.go'
const { signal } = new AbortController()

/** Caches, and homes in which runs begin; `base` is a run of the base that leaves these files. */
async function given() {
  const folder = await temporaryFolder()
  const clock = { days: 0 }
  const warnings: string[] = []
  const log = { warn: (_: object, words: string) => void warnings.push(words) }
  const caches = createCaches(path.join(folder.path, 'caches'), log, () => Date.now() + clock.days * day)
  let count = 0
  const newHome = async (files: Record<string, string> = {}) => {
    const home = path.join(folder.path, `home-${count++}`)
    await writeFiles(home, { '.profile': '', ...files })
    return home
  }
  const worktree = path.join(folder.path, 'worktree')
  const base = async (lock: string, files: Record<string, string>) => {
    await writeFiles(worktree, { 'go.sum': lock })
    const home = await newHome()
    const { keep } = await caches.fill('shop', home, signal, worktree)
    const begun = await readdir(home)
    await writeFiles(home, files)
    await keep?.()
    return { begun, isKept: keep !== undefined }
  }
  /** What a run of a change begins with. */
  const head = async () => {
    const home = await newHome()
    await caches.fill('shop', home, signal)
    return { home, text: await readFile(path.join(home, built), 'utf8').catch(() => null) }
  }
  return {
    folder: folder.path,
    caches,
    clock,
    warnings,
    base,
    head,
    newHome,
    worktree,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test('a change begins with what its base left, and what it does there nobody else sees', async () => {
  await using setting = await given()
  assert.equal((await setting.head()).text, null)
  await setting.base('a', { [built]: 'of the base', '.bashrc': 'not a cache' })
  const first = await setting.head()
  assert.equal(first.text, 'of the base')
  assert.deepEqual((await readdir(first.home)).toSorted(), ['.profile', 'go'])
  await writeFile(path.join(first.home, built), 'of a change')
  assert.equal((await setting.head()).text, 'of the base')
})

test('a base begins with the cache of its own packages, and replaces that of others or an old one', async () => {
  await using setting = await given()
  await setting.base('a', { [built]: 'first' })
  assert.deepEqual(await setting.base('a', { [built]: 'second' }), { begun: ['.profile', 'go'], isKept: false })
  assert.equal((await setting.head()).text, 'first')
  assert.deepEqual(await setting.base('b', { [built]: 'third' }), { begun: ['.profile'], isKept: true })
  assert.equal((await setting.head()).text, 'third')
  setting.clock.days = 8
  assert.equal((await setting.head()).text, 'third')
  assert.deepEqual(await setting.base('b', {}), { begun: ['.profile'], isKept: true })
})

test('after a month nothing begins with it, and it goes when another one comes', async () => {
  await using setting = await given()
  await setting.base('a', { [built]: 'first' })
  setting.clock.days = 31
  assert.deepEqual([await setting.caches.has('shop'), (await setting.head()).text], [false, null])
  const home = await setting.newHome()
  const { keep } = await setting.caches.fill('other', home, signal, setting.worktree)
  await keep?.()
  assert.deepEqual(await readdir(path.join(setting.folder, 'caches')), [])
})

test('where a cache would be, a link leads nowhere', async () => {
  await using setting = await given()
  await writeFiles(setting.folder, { 'elsewhere/repository/a.jar': 'of somebody' })
  await writeFiles(setting.worktree, { 'go.sum': '' })
  const home = await setting.newHome()
  const { keep } = await setting.caches.fill('shop', home, signal, setting.worktree)
  await symlink(path.join(setting.folder, 'elsewhere'), path.join(home, '.m2'))
  await keep?.()
  assert.equal(await readFile(path.join(setting.folder, 'elsewhere/repository/a.jar'), 'utf8'), 'of somebody')
  assert.deepEqual(await readdir(path.join(setting.folder, 'caches/shop')), ['about'])
})

test('a run whose cache cannot be copied begins without it, and the next base leaves another', async () => {
  await using setting = await given()
  await setting.base('a', { [built]: 'first', '.npm/_cacache/index': 'last to be copied' })
  const home = await setting.newHome({ '.npm/_cacache': 'no folder, so that cp gives up' })
  assert.deepEqual(await setting.caches.fill('shop', home, signal), {})
  assert.deepEqual([await readdir(path.join(home, 'go/pkg')), await setting.caches.has('shop'), setting.warnings.length], [[], false, 1])
  assert.deepEqual(await setting.base('a', { [built]: 'second' }), { begun: ['.profile'], isKept: true })
  assert.equal((await setting.head()).text, 'second')
})

testAsOrdinaryUser(import.meta.url, 'what a base left shut is left out of its cache, with a word, and the rest is kept', async () => {
  await using setting = await given()
  const shut = async (home: string): Promise<void> => {
    await writeFiles(home, { 'go/pkg/mod/cobra/key.pem': 'shut', 'go/pkg/mod/closed/a.go': 'in a shut folder', [built]: 'of the base' })
    await symlink('/nowhere', path.join(home, 'go/pkg/mod/link'))
    await chmod(path.join(home, 'go/pkg/mod/cobra/key.pem'), 0o200)
    await chmod(path.join(home, 'go/pkg/mod/closed'), 0)
  }
  await writeFiles(setting.worktree, { 'go.sum': 'a' })
  const home = await setting.newHome()
  const { keep } = await setting.caches.fill('shop', home, signal, setting.worktree)
  await shut(home)
  await keep?.()
  const { home: next, text } = await setting.head()
  assert.equal(text, 'of the base')
  assert.deepEqual((await readdir(path.join(next, 'go/pkg/mod'), { recursive: true })).toSorted(), ['cobra', 'cobra/cobra.go', 'link'])
  assert.deepEqual(setting.warnings, ["2 of the base's cache may not be read and are left out"])
  assert.equal((await setting.base('a', {})).isKept, false)
})

test('who is aborted while his cache is copied is told so, and the cache stays', async () => {
  await using setting = await given()
  await setting.base('a', { [built]: 'first' })
  const reason = new Error('the task was cancelled')
  await assert.rejects(setting.caches.fill('shop', await setting.newHome(), AbortSignal.abort(reason)), reason)
  assert.deepEqual([(await setting.head()).text, setting.warnings], ['first', []])
})

test('a base that passed has passed, also where its cache cannot be kept', async () => {
  await using setting = await given()
  await writeFiles(setting.folder, { caches: 'no folder' })
  assert.deepEqual(await setting.base('a', { [built]: 'first' }), { begun: ['.profile'], isKept: true })
  assert.deepEqual([await setting.caches.has('shop'), setting.warnings.length], [false, 1])
})

test('one project does not wait for the copies of another', { timeout: 20_000 }, async (t) => {
  await using setting = await given()
  await setting.base('a', { [built]: 'first' })
  const about = path.join(setting.folder, 'caches/slow/about')
  await mkdir(path.dirname(about))
  await promisify(execFile)('mkfifo', [about])
  /** Whether somebody was reading it; he is at its end now. */
  const letGo = () =>
    open(about, constants.O_WRONLY | constants.O_NONBLOCK).then(
      (pipe) => pipe.close().then(() => true),
      () => false,
    )
  t.after(letGo)
  const slow = setting.caches.fill('slow', await setting.newHome(), signal, setting.worktree)
  assert.equal((await setting.head()).text, 'first')
  assert.deepEqual(await setting.base('b', { [built]: 'second' }), { begun: ['.profile'], isKept: true })
  await until(letGo)
  await slow
})
