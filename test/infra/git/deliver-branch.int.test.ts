import assert from 'node:assert/strict'
import { exec } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createGit } from '../../../infra/git/git.ts'
import { git, writeFiles } from '../../support/temporary.ts'
import { change, given, saying } from './git-setting.ts'

test('delivering adds the branch and changes nothing else; delivering again changes nothing', async () => {
  await using setting = await given()
  const sha = await change(setting, { 'a.txt': 'a\n' })
  await writeFiles(setting.repo, { 'mine.txt': 'mine\n' })
  const index = await readFile(path.join(setting.repo, '.git', 'index'))
  const delivery = { project: 'demo', branch: 'cortex/task-1', headSha: sha, merge: 'branch' as const, base: 'main' }
  assert.deepEqual(await setting.service.deliver(delivery), { branch: 'cortex/task-1', merged: false })
  assert.deepEqual(await setting.service.deliver(delivery), { branch: 'cortex/task-1', merged: false })
  assert.equal(await git(setting.repo, 'rev-parse', 'cortex/task-1'), sha)
  assert.equal(await git(setting.repo, 'rev-parse', 'main'), setting.base)
  assert.equal(await git(setting.repo, 'status', '--porcelain'), '?? mine.txt')
  assert.deepEqual(await readFile(path.join(setting.repo, '.git', 'index')), index)
  assert.equal(existsSync(path.join(setting.repo, '.git', 'FETCH_HEAD')), false)
})

test('a branch of that name with other commits is refused, one behind is moved forward, one ahead is left', async () => {
  await using setting = await given()
  const first = await change(setting, { 'a.txt': 'a\n' })
  const second = await change(setting, { 'b.txt': 'b\n' }, first, 'task-2')
  const other = await change(setting, { 'c.txt': 'c\n' })
  const deliver = (headSha: string) =>
    setting.service.deliver({ project: 'demo', branch: 'cortex/x', headSha, merge: 'branch', base: 'main' })
  await deliver(first)
  await deliver(second)
  assert.equal(await git(setting.repo, 'rev-parse', 'cortex/x'), second)
  await deliver(first)
  assert.equal(await git(setting.repo, 'rev-parse', 'cortex/x'), second)
  await assert.rejects(deliver(other), saying(/exists in .* with other commits/, /^Rename or delete it/))
})

test('ff onto the checked-out branch delivers the branch and leaves a remark, whose command moves the base', async () => {
  await using setting = await given()
  const { service, repo, base } = setting
  const sha = await change(setting, { 'a.txt': 'a\n' })
  const delivery = { project: 'demo', branch: 'cortex/x', headSha: sha, merge: 'ff' as const, base: 'main' }
  const { remark = '', ...delivered } = await service.deliver(delivery)
  assert.deepEqual(delivered, { branch: 'cortex/x', merged: false })
  assert.deepEqual(await service.deliver(delivery), { ...delivered, remark })
  assert.equal(await git(repo, 'rev-parse', 'main', 'cortex/x'), `${base}\n${sha}`)
  const [, command = ''] = /^"main" is checked out and was left alone; to move it: (git -C .+)$/.exec(remark) ?? []
  await promisify(exec)(command)
  assert.equal(await git(repo, 'rev-parse', 'main'), sha)
  assert.equal(existsSync(path.join(repo, 'a.txt')), true)
  assert.deepEqual(await service.deliver(delivery), { branch: 'cortex/x', merged: true })
})

test('ff moves a base that is not checked out, twice as once; a base that moved on is refused', async () => {
  await using setting = await given()
  const { service, repo, base } = setting
  await git(repo, 'checkout', '--quiet', '-b', 'work')
  const sha = await change({ ...setting, service: setting.open() }, { 'a.txt': 'a\n' })
  const project = 'demo'
  const delivery = { project, branch: 'cortex/x', headSha: sha, merge: 'ff' as const, base: 'main' }
  assert.deepEqual(await service.deliver(delivery), { branch: 'cortex/x', merged: true })
  assert.deepEqual(await service.deliver(delivery), { branch: 'cortex/x', merged: true })
  assert.equal(await git(repo, 'rev-parse', 'main'), sha)
  assert.equal(await git(repo, 'rev-parse', 'HEAD'), base)
  const rival = await change(setting, { 'b.txt': 'b\n' }, base, 'task-2')
  await assert.rejects(service.deliver({ ...delivery, branch: 'cortex/y', headSha: rival }), saying(/has moved on/, /^Merge or rebase/))
})

test('a project by URL is pushed to, idempotently', async () => {
  await using setting = await given()
  const bare = path.join(setting.folder.path, 'bare.git')
  await git(setting.folder.path, 'clone', '--quiet', '--bare', setting.repo, bare)
  const { projects } = ConfigSchema.parse({ projects: { demo: { url: `file://${bare}` } } })
  const service = createGit({
    projects,
    cacheDir: path.join(setting.folder.path, 'cache2'),
    configDir: '/',
    env: process.env,
    log: { warn: () => undefined },
  })
  assert.equal((await service.resolve('demo')).branch, 'main')
  const sha = await change({ ...setting, service: { ...service } }, { 'a.txt': 'a\n' })
  const delivery = { project: 'demo', branch: 'cortex/x', headSha: sha, merge: 'ff' as const, base: 'main' }
  await service.deliver(delivery)
  assert.deepEqual(await service.deliver(delivery), { branch: 'cortex/x', merged: true })
  assert.equal(await git(bare, 'rev-parse', 'main', 'cortex/x'), `${sha}\n${sha}`)
})

test('a bundle carries the change to another cache, with or without its base', async () => {
  await using setting = await given()
  const sha = await change(setting, { 'a.txt': 'a\n' })
  for (const includeBase of [false, true]) {
    const bundle = await setting.service.bundle({ project: 'demo', baseSha: setting.base, headSha: sha, includeBase })
    const other = setting.open(`other-${includeBase}`)
    await other.adopt({ project: 'demo', headSha: sha, bundle: async () => bundle })
    await other.adopt({ project: 'demo', headSha: sha, bundle: () => assert.fail('it is there already') })
    assert.equal(await other.show({ project: 'demo', sha, file: 'a.txt' }), 'a\n')
  }
  const broken = setting.open('broken').adopt({ project: 'demo', headSha: sha, bundle: async () => Buffer.from('nonsense') })
  await assert.rejects(broken, saying(/cannot be taken/))
})

test("a lock in the person's repository is waited for and never removed", async () => {
  await using setting = await given()
  const sha = await change(setting, { 'a.txt': 'a\n' })
  const lock = path.join(setting.repo, '.git', 'refs', 'heads', 'x.lock')
  await writeFiles(setting.repo, { '.git/refs/heads/x.lock': '' })
  const old = new Date(Date.now() - 60_000)
  await utimes(lock, old, old)
  const delivered = setting.service.deliver({ project: 'demo', branch: 'x', headSha: sha, merge: 'branch', base: 'main' })
  await new Promise((resolve) => setTimeout(resolve, 500)) // long enough for several tries
  assert.equal(existsSync(lock), true)
  await rm(lock)
  assert.deepEqual(await delivered, { branch: 'x', merged: false })
})
