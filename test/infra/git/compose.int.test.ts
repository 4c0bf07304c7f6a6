import assert from 'node:assert/strict'
import { chmod, lstat, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../../support/temporary.ts'
import { base, change, given } from './git-setting.ts'

test('files of the base are laid over the head, through no link and no folder that stands in the way', async () => {
  await using setting = await given()
  const { service } = setting
  await service.resolve('demo')
  const before = await change(setting, base)
  await using tree = await service.worktree({ project: 'demo', sha: before, key: 'k' })
  await rm(path.join(tree.path, 'test'), { recursive: true })
  await symlink('/etc', path.join(tree.path, 'test'))
  await rm(path.join(tree.path, 'tools'), { recursive: true })
  await writeFile(path.join(tree.path, 'tools'), 'a file\n')
  await writeFiles(tree.path, { 'conftest.py': 'evil\n', 'src.js': 'new\n' })
  const head = (await service.commit({ worktree: tree, baseSha: before, message: 'm', at: '2026-01-01T00:00:00Z' })) ?? ''
  const input = {
    project: 'demo',
    baseSha: before,
    headSha: head,
    restore: ['test/a.test.js', 'test/b.test.js', 'tools/run.sh'],
    remove: ['conftest.py', 'test'],
    write: { 'package.json': '{}' },
  }
  const sha = await service.compose(input)
  assert.equal(await service.compose(input), sha)
  assert.deepEqual(await service.files({ project: 'demo', sha }), [
    '.gitignore',
    'README.md',
    'package.json',
    'src.js',
    'test/a.test.js',
    'test/b.test.js',
    'tools/run.sh',
  ])
  await using laid = await service.worktree({ project: 'demo', sha, key: 'laid' })
  assert.equal(await readFile(path.join(laid.path, 'test/a.test.js'), 'utf8'), 'a\nb\n')
})

test('a text that is written over a file leaves it executable, and none in the place of a link', async () => {
  await using setting = await given()
  const { service } = setting
  await service.resolve('demo')
  const before = await change(setting, base)
  await using tree = await service.worktree({ project: 'demo', sha: before, key: 'k' })
  await writeFiles(tree.path, { 'run.sh': 'old\n', 'plain.sh': 'old\n' })
  await chmod(path.join(tree.path, 'run.sh'), 0o755)
  await symlink('run.sh', path.join(tree.path, 'link.sh'))
  const head = (await service.commit({ worktree: tree, baseSha: before, message: 'm', at: '2026-01-01T00:00:00Z' })) ?? ''
  const write = { 'run.sh': 'new\n', 'plain.sh': 'new\n', 'link.sh': 'new\n', 'more.sh': 'new\n' }
  const sha = await service.compose({ project: 'demo', baseSha: before, headSha: head, restore: [], remove: [], write })
  await using laid = await service.worktree({ project: 'demo', sha, key: 'laid' })
  const modes = Object.keys(write).map(async (name) => {
    const file = await lstat(path.join(laid.path, name))
    return [name, file.isFile(), (file.mode & 0o100) !== 0]
  })
  assert.deepEqual(await Promise.all(modes), [
    ['run.sh', true, true],
    ['plain.sh', true, false],
    ['link.sh', true, false],
    ['more.sh', true, false],
  ])
})
