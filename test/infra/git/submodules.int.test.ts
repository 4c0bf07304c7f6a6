import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { examineProject } from '../../../infra/git/examine.ts'
import { git, makeRepository, writeFiles } from '../../support/temporary.ts'
import { at, given, saying } from './git-setting.ts'

const allowed = ['-c', 'protocol.file.allow=always']

/** A project with the submodule `lib/one`, by a relative address, which has the submodule `two`. */
async function withSubmodules() {
  const setting = await given()
  const beside = (name: string): string => path.join(setting.folder.path, name)
  await makeRepository(beside('two'), { 'two.txt': 'two\n' })
  await makeRepository(beside('one'), { 'one.txt': 'one\n' })
  await git(beside('one'), ...allowed, 'submodule', 'add', '--quiet', beside('two'), 'two')
  await git(beside('one'), 'commit', '--quiet', '--message', 'two')
  await git(setting.repo, ...allowed, 'submodule', 'add', '--quiet', '--name', 'first', beside('one'), 'lib/one')
  await git(setting.repo, 'config', '--file', '.gitmodules', 'submodule.first.url', '../one')
  await git(setting.repo, 'commit', '--quiet', '--all', '--message', 'one')
  const base = await git(setting.repo, 'rev-parse', 'HEAD')
  const initialise = () => git(setting.repo, ...allowed, 'submodule', 'update', '--quiet', '--init', '--recursive')
  const { demo } = ConfigSchema.parse({ projects: { demo: { path: setting.repo } } }).projects
  assert.ok(demo)
  const examine = () => examineProject('demo', demo, process.env)
  return { ...setting, base, initialise, examine, [Symbol.asyncDispose]: setting[Symbol.asyncDispose] }
}

test('a worktree has the files of its submodules, nested ones too, and a commit takes nothing of them in', async () => {
  await using setting = await withSubmodules()
  await setting.initialise()
  await setting.examine()
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  const read = (name: string) => readFile(path.join(tree.path, name), 'utf8')
  assert.deepEqual([await read('lib/one/one.txt'), await read('lib/one/two/two.txt')], ['one\n', 'two\n'])
  await writeFiles(tree.path, { 'lib/one/one.txt': 'other\n' })
  assert.equal(await setting.service.isDirty(tree), false)
  await writeFiles(tree.path, { 'own.txt': 'own\n', '.gitmodules': '[submodule "first"]\npath = lib/one\nurl = /etc\n' })
  const sha = await setting.service.commit({ worktree: tree, baseSha: setting.base, message: 'm', at })
  assert.ok(sha)
  const { files } = await setting.service.diff({ project: 'demo', baseSha: setting.base, headSha: sha })
  assert.deepEqual(files, ['.gitmodules', 'own.txt'])
  await using head = await setting.service.worktree({ project: 'demo', sha, key: 'head' })
  assert.equal(await readFile(path.join(head.path, 'lib/one/two/two.txt'), 'utf8'), 'two\n', 'whatever the change says of addresses')
})

test('a submodule that is not initialised is told before anything is begun, with what to type', async () => {
  await using setting = await withSubmodules()
  const nested = /submodule lib\/one\/two is not initialised in .*git submodule update --init --recursive/
  await assert.rejects(setting.service.resolve('demo'), saying(nested))
  await assert.rejects(setting.examine(), saying(nested))
  await setting.initialise()
  await setting.service.resolve('demo')
  await git(setting.repo, 'submodule', '--quiet', 'deinit', '--force', 'lib/one')
  await assert.rejects(
    setting.service.resolve('demo'),
    saying(/submodule lib\/one is not initialised in .*git config submodule\.first\.update none/),
  )
})

test('a submodule that the person has switched off is empty', async () => {
  await using setting = await withSubmodules()
  await rm(path.join(setting.repo, 'lib/one'), { recursive: true })
  await git(setting.repo, 'config', 'submodule.first.update', 'none')
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  await assert.rejects(readFile(path.join(tree.path, 'lib/one/one.txt')), { code: 'ENOENT' })
})

test('of a project by URL no submodule is fetched from where the project names it', async () => {
  await using setting = await withSubmodules()
  const bare = path.join(setting.folder.path, 'bare.git')
  await git(setting.folder.path, 'clone', '--quiet', '--bare', setting.repo, bare)
  await using remote = await given(undefined, { url: `file://${bare}` })
  await assert.rejects(remote.service.resolve('demo'), saying(/submodule lib\/one of .* is not fetched.*--recurse-submodules.*path/))
})

test('a name that a repository chose stands quoted in what is printed to be typed', async () => {
  await using setting = await withSubmodules()
  await writeFiles(setting.repo, { '.gitmodules': '[submodule "x;touch evil;\'"]\npath = lib/one\nurl = ../one\n' })
  await git(setting.repo, 'submodule', '--quiet', 'deinit', '--force', '--all')
  await git(setting.repo, 'commit', '--quiet', '--all', '--message', 'name')
  await rm(path.join(setting.repo, 'lib/one'), { recursive: true })
  await assert.rejects(setting.service.resolve('demo'), saying(/git config 'submodule\.x;touch evil;'\\''\.update' none/))
})

test('paths of submodules that no commit can have are left out', async () => {
  const paths = ['""', '../beside', 'lib/../../beside', '/etc', ':(glob)*', '.']
  const lines = paths.map((file, index) => `[submodule "n${index}"]\npath = ${file}\n`)
  await using setting = await given({ '.gitmodules': lines.join('') })
  await setting.service.resolve('demo')
  await using tree = await setting.service.worktree({ project: 'demo', sha: setting.base, key: 'k' })
  assert.equal(await readFile(path.join(tree.path, '.gitmodules'), 'utf8'), lines.join(''))
})
