import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createGit } from '../../../infra/git/git.ts'
import { git, makeRepository, temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { at, change, given, mirrorName, saying } from './git-setting.ts'

test('a change is committed in the mirror, and the same change again has the same sha', async () => {
  await using setting = await given()
  const { service, base, repo } = setting
  assert.deepEqual(await service.resolve('demo'), { baseSha: base, branch: 'main', warnings: [] })
  const sha = await change(setting, { 'a.txt': 'a\n', 'ignored/x': 'x' })
  assert.equal(await change(setting, { 'a.txt': 'a\n' }), sha)
  assert.deepEqual(await service.files({ project: 'demo', sha }), ['.gitignore', 'README.md', 'a.txt'])
  assert.equal(await service.show({ project: 'demo', sha, file: 'a.txt' }), 'a\n')
  assert.equal(await service.show({ project: 'demo', sha, file: 'none' }), null)
  const diff = await service.diff({ project: 'demo', baseSha: base, headSha: sha })
  assert.deepEqual(diff.files, ['a.txt'])
  assert.match(diff.text, /^\+a$/m)
  assert.equal(await git(repo, 'for-each-ref'), await git(repo, 'for-each-ref', 'refs/heads/main'))
})

test('the links of a commit are told by where they lead to', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'links' })
  await mkdir(path.join(tree.path, 'sub'))
  await symlink('..', path.join(tree.path, 'sub/up'))
  await symlink('sub/up/é', path.join(tree.path, 'a "b"'))
  const sha = (await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'links', at })) ?? ''
  assert.deepEqual(Object.fromEntries(await setting.service.links({ project: 'demo', sha })), { 'a "b"': 'sub/up/é', 'sub/up': '..' })
  assert.equal((await setting.service.links({ project: 'demo', sha: setting.base })).size, 0)
})

test('nothing changed is no commit', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.equal(await setting.service.isDirty(tree), false)
  assert.equal(await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at }), null)
})

test("the agent's own commits, lost .git, hooks and nested repositories do not count: its files do", async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  await writeFiles(tree.path, { 'a.txt': 'a\n' })
  await git(tree.path, 'add', '--all')
  await git(tree.path, 'commit', '--quiet', '--message', 'own')
  assert.equal(await setting.service.isDirty(tree), true, 'a commit of its own is a change too')
  await git(tree.path, 'config', 'core.hooksPath', path.join(tree.path, 'hooks'))
  await git(tree.path, 'config', 'filter.evil.clean', `touch ${setting.folder.path}/evil; cat`)
  await makeRepository(path.join(tree.path, 'nested'), { 'inner.txt': 'inner\n' })
  await writeFiles(tree.path, { '.gitattributes': '*.md filter=evil\n' })
  await rm(path.join(tree.path, '.git'), { recursive: true })
  const sha = await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at })
  assert.ok(sha)
  assert.deepEqual(await setting.service.files({ project: 'demo', sha }), [
    '.gitattributes',
    '.gitignore',
    'README.md',
    'a.txt',
    'nested/inner.txt',
  ])
  assert.equal(existsSync(path.join(setting.folder.path, 'evil')), false)
  assert.equal(
    await git(
      path.join(setting.folder.path, 'cache', 'projects', await mirrorName(setting)),
      'rev-list',
      '--count',
      `${setting.base}..${sha}`,
    ),
    '1',
  )
})

test('uncommitted changes of the person are not included, and a warning says so', async () => {
  await using setting = await given()
  await writeFiles(setting.repo, { 'README.md': 'mine\n', 'new.txt': 'mine\n' })
  const { warnings, baseSha } = await setting.service.resolve('demo')
  assert.equal(baseSha, setting.base)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /works from commit [0-9a-f]{12}; 2 uncommitted changes are not included/)
})

test('every wrong project is refused in words', async () => {
  await using folder = await temporaryFolder()
  await mkdir(path.join(folder.path, 'plain'))
  await mkdir(path.join(folder.path, 'empty'))
  await git(path.join(folder.path, 'empty'), 'init', '--quiet')
  const repo = path.join(folder.path, 'repo')
  await makeRepository(repo, { 'sub/a': 'a' })
  const { projects } = ConfigSchema.parse({
    projects: {
      plain: { path: 'plain' },
      gone: { path: 'gone' },
      empty: { path: 'empty' },
      sub: { path: 'repo/sub' },
      branch: { path: 'repo', base: 'nope' },
      remote: { url: `file://${folder.path}/nothing` },
      neither: {},
    },
  })
  const service = createGit({
    projects,
    cacheDir: path.join(folder.path, 'cache'),
    configDir: folder.path,
    env: process.env,
    log: { warn: () => undefined },
  })
  await assert.rejects(service.resolve('other'), saying(/no project "other".*known are plain/))
  await assert.rejects(service.resolve('toString'), saying(/no project/))
  await assert.rejects(service.resolve('plain'), saying(/no git repository.*git init/))
  await assert.rejects(service.resolve('gone'), saying(/does not exist/))
  await assert.rejects(service.resolve('empty'), saying(/no commits yet/))
  await assert.rejects(service.resolve('sub'), saying(/only a folder inside the repository/))
  await assert.rejects(service.resolve('branch'), saying(/no branch "nope".*that is there: main/))
  await assert.rejects(service.resolve('remote'), saying(/cannot be reached/))
  await assert.rejects(service.resolve('neither'), saying(/neither path nor url/))
  await git(repo, 'checkout', '--quiet', '--detach')
  const detached = createGit({
    projects: ConfigSchema.parse({ projects: { a: { path: 'repo' } } }).projects,
    cacheDir: path.join(folder.path, 'cache'),
    configDir: folder.path,
    env: process.env,
    log: { warn: () => undefined },
  })
  await assert.rejects(detached.resolve('a'), saying(/names no branch/))
})

test('a cache folder inside a repository is refused', async () => {
  await using setting = await given()
  const service = setting.open('repo/.cache')
  await assert.rejects(service.resolve('demo'), saying(/lies inside the repository/))
})

test('many runs on one mirror at once do not disturb each other', async () => {
  await using setting = await given()
  const shas = await Promise.all(
    Array.from({ length: 6 }, (_, n) => change(setting, { [`${n}.txt`]: `${n}\n` }, setting.base, `task-${n}`)),
  )
  assert.equal(new Set(shas).size, 6)
})

test('two processes on one mirror do not disturb each other', async () => {
  await using setting = await given()
  const services = [setting.open(), setting.open()]
  await Promise.all(
    services.flatMap((service, s) =>
      [0, 1, 2].map((n) => change({ ...setting, service }, { [`${s}${n}`]: 'x' }, setting.base, `k-${s}-${n}`)),
    ),
  )
})

test('a bad key, sha or branch name is refused before git sees it', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await assert.rejects(setting.service.worktree({ project: 'demo', sha: setting.base, key: '../x' }), saying(/cannot name a worktree/))
  await using odd = await setting.service.worktree({ project: 'demo', sha: setting.base, key: '-_aZ' })
  assert.equal(path.basename(odd.path), '-_aZ')
  await assert.rejects(setting.service.worktree({ project: 'demo', sha: '--force', key: 'x' }), saying(/no full commit id/))
  await assert.rejects(setting.service.worktree({ project: 'demo', sha: 'f'.repeat(40), key: 'x' }), saying(/neither in the mirror/))
  const delivery = { project: 'demo', branch: 'a..b', headSha: setting.base, merge: 'branch' as const, base: 'main' }
  await assert.rejects(setting.service.deliver(delivery), saying(/no valid branch name/))
})

test('the tree of a commit is what git says it holds, and a commit that is not there has none', async () => {
  await using setting = await given()
  const [first, same] = [await change(setting, { 'a.txt': 'a\n' }), await change(setting, { 'a.txt': 'a\n', 'b.txt': 'b\n' })]
  const tree = (sha: string) => setting.service.tree({ project: 'demo', sha })
  assert.equal(await tree(setting.base), (await git(setting.repo, 'rev-parse', `${setting.base}^{tree}`)).trim())
  assert.notEqual(await tree(first), await tree(same))
  await assert.rejects(tree('f'.repeat(40)), { name: 'GitProblem' })
})

test('a path that git takes into no commit is said to be the fault of who left it there', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  await writeFiles(tree.path, { 'sub/.GIT/config': 'x' })
  const commit = setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'change', at })
  await assert.rejects(commit, { name: 'GitProblem', byContent: true, message: /no commit: invalid path 'sub\/\.GIT\/config'/ })
})
