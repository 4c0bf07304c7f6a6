import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createGit } from '../../../infra/git/git.ts'
import { git, writeFiles } from '../../support/temporary.ts'
import { at, change, given, mirrorName, saying } from './git-setting.ts'

/** A setting whose git writes down what it is asked; `asked` answers the commands since it was last called. */
async function givenWatched() {
  const setting = await given()
  const { path: folder } = setting.folder
  const [tools, log] = [path.join(folder, 'tools'), path.join(folder, 'asked')]
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  await writeFiles(tools, { git: `#!/bin/sh\nwhile [ "$1" = -c ]; do shift 2; done\necho "$1" >> '${log}'\nexec '${real}' "$@"\n` })
  await chmod(path.join(tools, 'git'), 0o755)
  const env = { ...process.env, PATH: `${tools}:${process.env['PATH']}` }
  const { projects } = ConfigSchema.parse({ projects: { demo: { path: 'repo' } } })
  const service = createGit({ projects, cacheDir: path.join(folder, 'cache'), configDir: folder, env, log: { warn: () => undefined } })
  const asked = async (): Promise<string[]> => {
    const text = await readFile(log, 'utf8').catch(() => '') // nothing asked
    await rm(log, { force: true })
    return text.split('\n').filter(Boolean)
  }
  return { ...setting, service, asked, [Symbol.asyncDispose]: () => setting[Symbol.asyncDispose]() }
}

test('what follows from the ids of commits is asked once', async () => {
  await using setting = await givenWatched()
  const { service, base, asked } = setting
  const sha = await change(setting, { 'a.txt': 'a\n' })
  const everything = async () => [
    await service.tree({ project: 'demo', sha }),
    await service.files({ project: 'demo', sha }),
    await service.show({ project: 'demo', sha, file: 'a.txt' }),
    await service.changes({ project: 'demo', baseSha: base, headSha: sha }),
    await service.diff({ project: 'demo', baseSha: base, headSha: sha }),
    await service.adopt({ project: 'demo', headSha: sha, bundle: () => assert.fail('it is there') }),
  ]
  await asked()
  const first = await everything()
  assert.deepEqual(await asked(), ['rev-parse', 'ls-tree', 'cat-file', 'diff'])
  assert.deepEqual(await everything(), first)
  assert.deepEqual(await asked(), [])
})

test('the name of the base is asked of the repository, and nothing is fetched', async () => {
  await using setting = await givenWatched()
  const { service, asked, repo } = setting
  await service.resolve('demo')
  await asked()
  await git(repo, 'branch', '--move', 'main', 'trunk')
  assert.equal(await service.base('demo'), 'trunk')
  assert.deepEqual(await asked(), ['rev-parse'])
  await rm(path.join(repo, '.git'), { recursive: true })
  await assert.rejects(service.base('demo'), saying(/no git repository/))
})

test('a repository is fetched again when a branch of it has moved, come or gone, and not otherwise', async () => {
  await using setting = await givenWatched()
  const { service, asked, repo, base } = setting
  const isFetched = async (): Promise<boolean> => {
    await service.resolve('demo')
    return (await asked()).includes('fetch')
  }
  assert.equal(await isFetched(), true)
  assert.equal((await service.resolve('demo')).baseSha, base)
  assert.deepEqual(await asked(), ['rev-parse', 'for-each-ref', 'merge-base', 'status'])
  await service.resolve('demo', { isQuick: true })
  assert.deepEqual(await asked(), ['rev-parse', 'for-each-ref', 'merge-base'])
  await git(repo, 'branch', 'other')
  assert.equal(await isFetched(), true)
  await git(repo, 'branch', '--delete', 'other')
  assert.equal(await isFetched(), true)
  await git(repo, 'commit', '--quiet', '--allow-empty', '--message', 'second')
  const { baseSha } = await service.resolve('demo')
  assert.equal(baseSha, await git(repo, 'rev-parse', 'HEAD'))
  assert.ok((await asked()).includes('fetch'))
  assert.equal(await isFetched(), false)
})

test('a mirror that another process made anew is filled again, though no branch has moved', async () => {
  await using setting = await givenWatched()
  const { service, asked, base } = setting
  await service.resolve('demo')
  await rm(path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting)), { recursive: true })
  await setting.open().resolve('demo')
  await asked()
  assert.equal((await service.resolve('demo')).baseSha, base)
  assert.ok((await asked()).includes('fetch'))
})

test('the filters of a change are asked once, and those before it only where the change touches what names them', async () => {
  await using setting = await givenWatched()
  const { asked } = setting
  const askedFor = async (files: Record<string, string>, key: string) => {
    await asked()
    await change(setting, files, setting.base, key)
    return (await asked()).filter((each) => each === 'check-attr' || each === 'read-tree')
  }
  assert.deepEqual(await askedFor({ 'a.txt': 'a\n' }, 'plain'), ['read-tree', 'check-attr'])
  assert.deepEqual(await askedFor({ '.gitattributes': '*.bin -text\n' }, 'naming'), ['read-tree', 'check-attr', 'read-tree', 'check-attr'])
})

test('a change is delivered by one look at the repository and one fetch into it', async () => {
  await using setting = await givenWatched()
  const { service, asked } = setting
  const headSha = await change(setting, { 'a.txt': 'a\n' })
  await asked()
  await service.deliver({ project: 'demo', branch: 'cortex/task-1', headSha, merge: 'branch', base: 'main' })
  assert.deepEqual(await asked(), ['for-each-ref', 'fetch'])
})

test('a worktree is one checkout, and a copy of what is on top of the base', async () => {
  await using setting = await givenWatched()
  const { service, base, asked } = setting
  const sha = await change(setting, { 'a.txt': 'a\n' })
  await asked()
  await using before = await service.worktree({ project: 'demo', sha: base, key: 'before' })
  assert.deepEqual(await asked(), ['checkout'])
  await using after = await service.worktree({ project: 'demo', sha, key: 'after' })
  assert.deepEqual(await asked(), ['pack-objects', 'checkout'])
  for (const { path: folder } of [before, after]) assert.equal(await git(folder, 'fsck', '--strict'), '')
  assert.equal(await git(after.path, 'status', '--porcelain'), '')
  assert.equal(await git(after.path, 'config', 'core.bare'), 'false')
  await git(after.path, 'switch', '--quiet', '--create', 'mine')
  await git(after.path, 'commit', '--quiet', '--allow-empty', '--message', 'second')
  assert.equal(await git(after.path, 'log', '--format=%s'), 'second\nchange\nfirst')
})

test('a worktree can be had of a base that was rewritten meanwhile, and of a repository that is shallow', async () => {
  await using setting = await given()
  const { repo, service, base } = setting
  const sha = await change(setting, { 'a.txt': 'a\n' })
  await git(repo, 'commit', '--quiet', '--amend', '--allow-empty', '--message', 'another first')
  await service.resolve('demo')
  await using old = await service.worktree({ project: 'demo', sha, key: 'old' })
  assert.equal(await git(old.path, 'log', '--format=%s'), 'change\nfirst')
  await git(repo, 'commit', '--quiet', '--allow-empty', '--message', 'second')
  await git(setting.folder.path, 'clone', '--quiet', '--depth', '1', `file://${repo}`, 'shallow')
  const { projects } = ConfigSchema.parse({ projects: { demo: { path: 'shallow' } } })
  const cacheDir = path.join(setting.folder.path, 'other')
  const other = createGit({ projects, cacheDir, configDir: setting.folder.path, env: process.env, log: { warn: () => undefined } })
  const { baseSha } = await other.resolve('demo')
  await using tree = await other.worktree({ project: 'demo', sha: baseSha, key: 'k' })
  assert.equal(await git(tree.path, 'log', '--format=%s'), 'second')
  await writeFile(path.join(tree.path, 'b.txt'), 'b\n')
  const head = await other.commit({ worktree: tree, baseSha, message: 'on top', at })
  assert.ok(head && head !== base)
  await using next = await other.worktree({ project: 'demo', sha: head, key: 'next' })
  assert.equal(await git(next.path, 'log', '--format=%s'), 'on top\nsecond')
})

test('a commit that a mirror made anew has lost is taken from its bundle again', async () => {
  await using setting = await given()
  const { service, base } = setting
  const sha = await change(setting, { 'a.txt': 'a\n' })
  const bundle = await service.bundle({ project: 'demo', baseSha: base, headSha: sha, includeBase: false })
  await rm(path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting)), { recursive: true })
  await service.adopt({ project: 'demo', headSha: sha, bundle: async () => bundle })
  await using tree = await service.worktree({ project: 'demo', sha, key: 'k' })
  assert.equal(await readFile(path.join(tree.path, 'a.txt'), 'utf8'), 'a\n')
})
