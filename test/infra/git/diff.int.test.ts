import assert from 'node:assert/strict'
import { rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../../support/temporary.ts'
import { at, base, change, given } from './git-setting.ts'

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

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

test('bytes that are no UTF-8 are written out, and signs that are stay', async () => {
  await using setting = await given({ 'a.py': 'x\n' })
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  await writeFile(path.join(tree.path, 'ü.py'), Buffer.concat([latin1('# \xe9\xff\xe0\x80\x80'), Buffer.from(' é€😀\ufffd\n')]))
  const headSha = (await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at })) ?? ''
  const diff = await setting.service.diff({ project: 'demo', baseSha: setting.base, headSha })
  assert.match(diff.text, /^\+# \\byte\{E9\}\\byte\{FF\}\\byte\{E0\}\\byte\{80\}\\byte\{80\} é€😀\ufffd$/m)
  assert.deepEqual(diff.files, ['ü.py'])
})

test('a file that was moved is shown wholly where that is asked, whatever its name', async () => {
  const name = '*a".js'
  await using setting = await given({ 'a.txt': 'exec()\n'.repeat(9), 'b.js': 'b\n' })
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  await rename(path.join(tree.path, 'a.txt'), path.join(tree.path, name))
  await writeFiles(tree.path, { 'b.js': 'c\n' })
  const headSha = (await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at })) ?? ''
  const about = { project: 'demo', baseSha: setting.base, headSha }
  assert.doesNotMatch((await setting.service.diff(about)).text, /exec/)
  const { text, files } = await setting.service.diff({ ...about, wholly: [name] })
  assert.equal(text.match(/^\+exec\(\)$/gm)?.length, 9)
  assert.deepEqual(files, [name])
})
