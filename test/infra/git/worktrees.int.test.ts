import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { testAsOrdinaryUser } from '../../support/ordinary-user.ts'
import { git, writeFiles } from '../../support/temporary.ts'
import { at, change, given, mirrorName } from './git-setting.ts'

test('a commit that was resolved into a cache which is gone since is fetched again', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  const projects = path.join(setting.folder.path, 'cache', 'projects')
  await rm(projects, { recursive: true })
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.ok(existsSync(path.join(tree.path, 'README.md')))
  const unknown = setting.service.worktree({ project: 'demo', sha: 'a'.repeat(40), key: 'l' })
  await assert.rejects(unknown, /neither in the mirror of project "demo" nor on a branch of .*retry the task/)
})

test("a worktree knows nothing of the person's repository", async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.equal(await git(tree.path, 'remote'), '')
  const mirror = path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting))
  for (const file of ['config', 'HEAD', 'packed-refs', 'FETCH_HEAD', 'logs/HEAD']) {
    const text = await readFile(path.join(mirror, file), 'utf8').catch(() => '')
    assert.equal(text.includes(setting.repo), false, file)
  }
})

test('what a killed run left behind never blocks the next: folder, old lock files, records of an older version', async () => {
  await using setting = await given()
  const { service } = setting
  await service.resolve('demo')
  const left = await service.worktree({ project: 'demo', sha: setting.base, key: 'same' })
  await writeFiles(left.path, { 'half.txt': 'half' })
  const mirror = path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting))
  const record = path.join(mirror, 'worktrees', 'same')
  await mkdir(record, { recursive: true })
  const old = new Date(Date.now() - 60_000)
  for (const lock of [
    path.join(record, 'index.lock'),
    path.join(mirror, 'packed-refs.lock'),
    path.join(mirror, 'config.lock'),
    path.join(mirror, 'HEAD.lock'),
  ]) {
    await writeFile(lock, '')
    await utimes(lock, old, old)
  }
  await writeFile(path.join(record, 'locked'), 'initializing')
  const next = setting.open()
  await next.resolve('demo')
  await using again = await next.worktree({ project: 'demo', sha: setting.base, key: 'same' })
  assert.deepEqual((await readdir(again.path)).sort(), ['.git', '.gitignore', 'README.md'])
  await again[Symbol.asyncDispose]()
  assert.equal(existsSync(again.path), false)
})

test('a lock that was left behind a moment ago is waited for, then removed', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  const mirror = path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting))
  await git(setting.repo, 'commit', '--quiet', '--allow-empty', '--message', 'second')
  const recent = new Date(Date.now() - 4_500)
  const lock = path.join(mirror, 'refs', 'remotes', 'source', 'main.lock')
  await writeFile(lock, '')
  await utimes(lock, recent, recent)
  assert.equal((await setting.service.resolve('demo')).baseSha, await git(setting.repo, 'rev-parse', 'HEAD'))
})

testAsOrdinaryUser(import.meta.url, 'a sweep removes what no live key owns, and read-only folders too', async () => {
  await using setting = await given()
  const { service } = setting
  await service.resolve('demo')
  const kept = await service.worktree({ project: 'demo', sha: setting.base, key: 'live' })
  const dead = await service.worktree({ project: 'demo', sha: setting.base, key: 'dead' })
  const closed = path.join(dead.path, 'closed')
  await mkdir(path.join(closed, 'inner'), { recursive: true })
  await chmod(closed, 0o500)
  assert.deepEqual(await service.sweep(new Set(['live'])), ['dead'])
  assert.equal(existsSync(dead.path), false)
  assert.equal(existsSync(kept.path), true)
  assert.deepEqual((await readdir(path.dirname(kept.path))).sort(), ['live', 'live.owner.json'])
})

test('a damaged mirror is found out and made anew, and nobody is blamed for it', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  const mirror = path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting))
  const damage = async (): Promise<void> => {
    const objects = path.join(mirror, 'objects')
    for (const entry of await readdir(objects, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await rm(path.join(entry.parentPath, entry.name))
    }
  }
  await damage()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.ok(existsSync(path.join(tree.path, 'README.md')))
  await damage()
  const next = setting.open()
  await using again = await next.worktree({ project: 'demo', sha: setting.base, key: 'again' })
  assert.ok(existsSync(path.join(again.path, 'README.md')))
})

test('worktrees borrow the base from a store in which no other branch and no task has anything', async () => {
  await using setting = await given()
  const { repo, service, base } = setting
  await git(repo, 'checkout', '--quiet', '-b', 'private')
  await writeFiles(repo, { 'private.txt': 'p\n' })
  await git(repo, 'add', '--all')
  await git(repo, 'commit', '--quiet', '--message', 'private')
  const elsewhere = (await git(repo, 'rev-parse', 'HEAD')).trim()
  await git(repo, 'checkout', '--quiet', 'main')
  const sha = await change(setting, { 'a.txt': 'a\n' })
  await using tree = await service.worktree({ project: 'demo', sha, key: 'next' })
  const lender = service.borrowedBy(tree.path)
  assert.ok(lender)
  assert.equal(await readFile(path.join(tree.path, '.git', 'objects', 'info', 'alternates'), 'utf8'), `${lender}\n`)
  const lent = (await git(path.dirname(lender), 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)')).split('\n')
  assert.deepEqual(
    [base, sha, elsewhere].map((commit) => lent.includes(commit)),
    [true, false, false],
  )
  assert.equal((await git(tree.path, 'log', '--format=%s')).trim(), 'change\nfirst')
  assert.equal(service.borrowedBy(repo), null)
})

test('a damaged history is found out and made anew', async () => {
  await using setting = await given()
  const { service, base } = setting
  await service.resolve('demo')
  const histories = path.join(setting.folder.path, 'cache', 'histories', await mirrorName(setting))
  const objects = await readdir(path.join(histories, 'objects'))
  for (const name of objects.filter((each) => each !== 'info')) await rm(path.join(histories, 'objects', name), { recursive: true })
  {
    await using tree = await service.worktree({ project: 'demo', sha: base, key: 'k' })
    assert.equal((await git(tree.path, 'log', '--format=%s')).trim(), 'first')
  }
  await service.resolve('demo')
  await using tree = await service.worktree({ project: 'demo', sha: base, key: 'k' })
  assert.equal((await git(histories, 'fsck', '--connectivity-only', '--no-dangling')).trim(), '')
  assert.equal((await git(tree.path, 'log', '--format=%s')).trim(), 'first')
})

test('a worktree has its own objects: what is done to them or to its settings reaches nobody else', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.ok((await stat(path.join(tree.path, '.git'))).isDirectory())
  assert.equal((await git(tree.path, 'log', '--format=%s')).trim(), 'first')
  await git(tree.path, 'config', 'core.fsmonitor', `touch ${setting.folder.path}/evil; false`)
  await rm(path.join(tree.path, '.git', 'objects'), { recursive: true })
  await writeFiles(tree.path, { 'a.txt': 'a\n' })
  const sha = await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at })
  assert.ok(sha)
  assert.equal(existsSync(path.join(setting.folder.path, 'evil')), false)
  await using next = await setting.service.worktree({ project: 'demo', sha, key: 'next' })
  assert.ok(existsSync(path.join(next.path, 'a.txt')))
})
