import assert from 'node:assert/strict'
import { rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../../support/temporary.ts'
import { base, change, given } from './git-setting.ts'

test('what differs is told with its lines, new names and what it is now, and as a text', async () => {
  await using setting = await given()
  const { service } = setting
  await service.resolve('demo')
  const before = await change(setting, base)
  await using tree = await service.worktree({ project: 'demo', sha: before, key: 'k' })
  await rm(path.join(tree.path, 'test/a.test.js'))
  await symlink('../README.md', path.join(tree.path, 'test/a.test.js'))
  await rm(path.join(tree.path, 'test/b.test.js'))
  await writeFiles(tree.path, { 'test/moved.test.js': 'one\ntwo\nthree\nfour\nsix\n', 'test/c.test.js': '', 'new.bin': '\0\0' })
  await rm(path.join(tree.path, 'tools'), { recursive: true })
  const head = (await service.commit({ worktree: tree, baseSha: before, message: 'm', at: '2026-01-01T00:00:00Z' })) ?? ''
  assert.deepEqual(await service.changes({ project: 'demo', baseSha: before, headSha: head }), [
    { file: 'new.bin', change: 'added', is: 'file', added: 0, removed: 0 },
    { file: 'test/a.test.js', change: 'changed', is: 'link', added: 1, removed: 2 },
    { file: 'test/c.test.js', change: 'changed', is: 'empty', added: 0, removed: 1 },
    { file: 'test/moved.test.js', from: 'test/b.test.js', change: 'renamed', is: 'file', added: 1, removed: 1 },
    { file: 'tools/run.sh', change: 'deleted', added: 0, removed: 1 },
  ])
  const diff = await service.diff({ project: 'demo', baseSha: before, headSha: head })
  const touched = ['new.bin', 'test/a.test.js', 'test/b.test.js', 'test/c.test.js', 'test/moved.test.js', 'tools/run.sh']
  assert.deepEqual(diff.files, touched)
  assert.match(diff.text, /^diff --git a\/new.bin b\/new.bin\n[\s\S]*^rename to test\/moved.test.js$[\s\S]*^-run\n$/m)
  assert.match(diff.text, /^Binary files /m)
  const everything = await service.diff({ project: 'demo', baseSha: before, headSha: head, everything: true })
  assert.deepEqual(everything.files, touched)
  assert.match(everything.text, /^\+\0\0$/m)
  assert.deepEqual(await service.diff({ project: 'demo', baseSha: head, headSha: head }), { text: '', files: [] })
})
