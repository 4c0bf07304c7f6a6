import assert from 'node:assert/strict'
import { test } from 'node:test'
import { git } from '../../support/temporary.ts'
import { given } from './git-setting.ts'

test('a project on which no task could start is told as such before any task, and at once when it is mended', async () => {
  await using setting = await given()
  assert.equal(await setting.service.whyUnusable('demo'), null)
  const other = setting.open()
  await git(setting.repo, 'checkout', '--quiet', '--detach')
  assert.match((await other.whyUnusable('demo')) ?? '', /HEAD of .*repo names no branch\. Check out a branch there, or set base/)
  await git(setting.repo, 'checkout', '--quiet', 'main')
  assert.deepEqual(await Promise.all([other.whyUnusable('demo'), other.whyUnusable('demo')]), [null, null])
  assert.match((await other.whyUnusable('attic')) ?? '', /There is no project "attic"/)
})

test('a folder below the top of a repository, and a repository without commits, are told in the words of the tasks', async () => {
  await using below = await given({ 'inner/a.txt': 'a\n' }, { path: 'repo/inner' })
  assert.match((await below.service.whyUnusable('demo')) ?? '', /is only a folder inside the repository/)
  await using empty = await given(undefined, { path: 'empty' })
  await git(empty.folder.path, 'init', '--quiet', 'empty')
  assert.match((await empty.service.whyUnusable('demo')) ?? '', /has no commits yet/)
})
