import assert from 'node:assert/strict'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { createCaches } from '../../../infra/checks/caches.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const day = 24 * 60 * 60 * 1000
const built = 'go/pkg/mod/cobra/cobra.go'

/** Caches, and homes in which runs begin; `base` is a run of the base that leaves these files. */
async function given() {
  const folder = await temporaryFolder()
  const clock = { days: 0 }
  const caches = createCaches(path.join(folder.path, 'caches'), () => Date.now() + clock.days * day)
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
    const { keep } = await caches.fill('shop', home, worktree)
    const begun = await readdir(home)
    await writeFiles(home, files)
    await keep?.()
    return { begun, isKept: keep !== undefined }
  }
  /** What a run of a change begins with. */
  const head = async () => {
    const home = await newHome()
    await caches.fill('shop', home)
    return { home, text: await readFile(path.join(home, built), 'utf8').catch(() => null) }
  }
  return { folder: folder.path, caches, clock, base, head, newHome, worktree, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
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
  const { keep } = await setting.caches.fill('other', home, setting.worktree)
  await keep?.()
  assert.deepEqual(await readdir(path.join(setting.folder, 'caches')), [])
})

test('where a cache would be, a link leads nowhere', async () => {
  await using setting = await given()
  await writeFiles(setting.folder, { 'elsewhere/repository/a.jar': 'of somebody' })
  await writeFiles(setting.worktree, { 'go.sum': '' })
  const home = await setting.newHome()
  const { keep } = await setting.caches.fill('shop', home, setting.worktree)
  await symlink(path.join(setting.folder, 'elsewhere'), path.join(home, '.m2'))
  await keep?.()
  assert.equal(await readFile(path.join(setting.folder, 'elsewhere/repository/a.jar'), 'utf8'), 'of somebody')
  assert.deepEqual(await readdir(path.join(setting.folder, 'caches/shop')), ['about'])
})
