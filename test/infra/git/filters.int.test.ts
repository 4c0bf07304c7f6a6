import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { appendFile, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { examineProject } from '../../../infra/git/examine.ts'
import { attributesEnvironment } from '../../../infra/git/git-environment.ts'
import { ContentProblem } from '../../../infra/git/git-problem.ts'
import { git, writeFiles } from '../../support/temporary.ts'
import { at, given } from './git-setting.ts'

const encrypted = '.gitattributes'
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n'
const files = {
  [encrypted]: '*.key filter=git-crypt diff=git-crypt\n*.bin filter=lfs -text\n',
  'code.js': 'one\n',
  'old.key': 'ciphertext\n',
  'image.bin': pointer,
}

/** What comes of a change of a repository with filters; one that is run leaves a mark. */
async function changed(work: (tree: string, repo: string) => Promise<void>, prepare?: (repo: string) => Promise<void>) {
  await using setting = await given(files)
  const mark = path.join(setting.folder.path, 'mark')
  await git(setting.repo, 'config', 'filter.git-crypt.clean', `touch ${mark}; cat`)
  await prepare?.(setting.repo)
  const base = await git(setting.repo, 'rev-parse', 'HEAD')
  await setting.service.resolve('demo')
  await rm(mark, { force: true }) // `git status` in the person's own folder runs what he configured there
  await using tree = await setting.service.worktree({ project: 'demo', sha: base, key: 'task-1' })
  await work(tree.path, setting.repo)
  try {
    const sha = await setting.service.commit({ worktree: tree, baseSha: base, message: 'change', at })
    return { sha, refusal: '' }
  } catch (error) {
    assert.ok(error instanceof ContentProblem, String(error))
    return { sha: null, refusal: error.reason }
  } finally {
    assert.equal(existsSync(mark), false, 'a filter was run')
  }
}

const refusals: Record<
  string,
  [work: (tree: string, repo: string) => Promise<void>, refusal: RegExp, prepare?: (repo: string) => Promise<void>]
> = {
  'a new file that would be encrypted': [
    (tree) => writeFiles(tree, { 'deep/new.key': 'clear\n' }),
    /deep\/new\.key through the filter "git-crypt"/,
  ],
  'other content of an encrypted file': [(tree) => writeFiles(tree, { 'old.key': 'clear\n' }), /old\.key through the filter "git-crypt"/],
  'a large file that belongs elsewhere': [(tree) => writeFiles(tree, { 'image.bin': 'png' }), /image\.bin through the filter "lfs"/],
  'an encrypted file whose attribute the change takes away': [
    (tree) => writeFiles(tree, { [encrypted]: '', 'old.key': 'clear\n' }),
    /old\.key through the filter "git-crypt"/,
  ],
  'one whose attribute a deeper file of the change takes away': [
    (tree) => writeFiles(tree, { 'deep/.gitattributes': '*.key -filter\n', 'deep/new.key': 'clear\n' }),
    /deep\/new\.key through the filter "git-crypt"/,
  ],
  'a file with a filter that the change itself brings': [
    (tree) => writeFiles(tree, { 'deep/.gitattributes': '*.md filter=mine\n', 'deep/a.md': 'a\n' }),
    /deep\/a\.md through the filter "mine"/,
  ],
  "a file with a filter that the person's own attributes name": [
    (tree) => writeFiles(tree, { 'a.secret': 'clear\n' }),
    /a\.secret through the filter "git-crypt"/,
    (repo) => appendFile(path.join(repo, '.git', 'info', 'attributes'), '*.secret filter=git-crypt\n'),
  ],
  "an encrypted file on another machine than the person's": [
    async (tree, repo) => {
      await writeFiles(tree, { 'new.key': 'clear\n' })
      await rename(repo, `${repo}.gone`)
    },
    /new\.key through the filter "git-crypt"/,
  ],
  'a plain file under a name that is encrypted': [
    (tree) => rename(path.join(tree, 'code.js'), path.join(tree, 'code.key')),
    /code\.key through the filter "git-crypt"/,
  ],
}

for (const [what, [work, refusal, prepare]] of Object.entries(refusals))
  test(`${what} is taken into no commit, and the agent is told`, async () => {
    assert.match((await changed(work, prepare)).refusal, refusal)
  })

test('pointers and encrypted files that are left alone, moved or deleted are no obstacle', async () => {
  const { sha, refusal } = await changed(async (tree) => {
    assert.equal(await readFile(path.join(tree, 'image.bin'), 'utf8'), pointer)
    await writeFiles(tree, { 'code.js': 'two\n', [encrypted]: `${files[encrypted]}*.md filter=mine\n` })
    await rename(path.join(tree, 'image.bin'), path.join(tree, 'moved.bin'))
    await rm(path.join(tree, 'old.key'))
  })
  assert.equal(refusal, '')
  assert.ok(sha)
})

test('a look at the project says which files pass through which filters', async () => {
  await using setting = await given(files)
  const { demo } = ConfigSchema.parse({ projects: { demo: { path: setting.repo } } }).projects
  assert.ok(demo)
  assert.deepEqual((await examineProject('demo', demo, process.env)).filtered, { files: 2, filters: ['git-crypt', 'lfs'] })
})

/** A folder for what a person has set for all his repositories, and the variables by which git finds it. */
const own: Record<string, (home: string) => [files: Record<string, string>, variables: Record<string, string>]> = {
  "a file that the person's settings name": (home) => [
    { '.gitconfig': '[core]\n\tattributesFile = ~/mine\n[filter "crypt"]\n\tclean = false\n\trequired\n', mine: '*.secret filter=crypt\n' },
    { HOME: home },
  ],
  "a file that another file of the person's settings names": (home) => [
    { '.gitconfig': '[include]\n\tpath = more\n', more: '[core]\n\tattributesFile = ~/mine\n', mine: '*.secret filter=crypt\n' },
    { HOME: home },
  ],
  "git's default for a person": (home) => [{ '.config/git/attributes': '*.secret filter=crypt\n' }, { HOME: home }],
  'another place for settings': (home) => [
    { 'xdg/git/attributes': '*.secret filter=crypt\n' },
    { XDG_CONFIG_HOME: path.join(home, 'xdg') },
  ],
  "the machine's settings": (home) => [
    { system: `[core]\n\tattributesFile = ${home}/mine\n[safe]\n\tbareRepository = explicit\n`, mine: '*.secret filter=crypt\n' },
    { HOME: home, GIT_CONFIG_SYSTEM: path.join(home, 'system') },
  ],
}

for (const [where, made] of Object.entries(own))
  test(`a filter of attributes in ${where} is seen by the look, by the check of a plan and by the commit, also without the person's folder`, async () => {
    await using setting = await given({ 'code.js': 'one\n', 'old.secret': 'ciphertext\n' })
    const home = path.join(setting.folder.path, 'home')
    const [written, variables] = made(home)
    await writeFiles(home, written)
    const { XDG_CONFIG_HOME: _, ...rest } = process.env
    const env = { ...rest, HOME: home, ...variables }
    const { demo } = ConfigSchema.parse({ projects: { demo: { path: setting.repo } } }).projects
    assert.ok(demo)
    assert.deepEqual((await examineProject('demo', demo, env)).filtered, { files: 1, filters: ['crypt'] })
    const service = setting.open('cache', env)
    const { baseSha: sha } = await service.resolve('demo')
    const asked = await service.filters({ project: 'demo', sha, files: ['./new.secret', 'code.js', 'deep/'] })
    assert.deepEqual([...asked.values()], ['crypt'])
    await using tree = await service.worktree({ project: 'demo', sha, key: 'task-1' })
    await writeFiles(tree.path, { 'new.secret': 'clear\n' })
    const commit = () => service.commit({ worktree: tree, baseSha: sha, message: 'change', at })
    await assert.rejects(commit, /new\.secret through the filter "crypt"/)
    await rename(setting.repo, `${setting.repo}.gone`)
    await assert.rejects(commit, /new\.secret through the filter "crypt"/)
  })

test("the machine's own attributes count, unless the person says that they do not", () => {
  assert.equal(attributesEnvironment({})['GIT_ATTR_NOSYSTEM'], undefined)
  assert.equal(attributesEnvironment({ GIT_ATTR_NOSYSTEM: '1' })['GIT_ATTR_NOSYSTEM'], '1')
})
