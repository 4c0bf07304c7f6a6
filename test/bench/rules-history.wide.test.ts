import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { git, makeRepository, temporaryFolder, writeFiles } from '../support/temporary.ts'
import { hasSemgrep } from '../support/tools.ts'
import { rulesHistory } from './rules-history.ts'

const rule = (pattern: string) =>
  `rules:\n  - id: x\n    message: eval runs whatever the value says as code.\n    languages: [javascript]\n    severity: ERROR\n    pattern: ${pattern}\n`

test('rules for the fixes of a bundle are counted by whether they are admitted', {
  skip: hasSemgrep() ? false : 'semgrep is not installed',
}, async () => {
  await using folder = await temporaryFolder()
  const [repository, proposals] = [path.join(folder.path, 'a'), path.join(folder.path, 'proposals')]
  await makeRepository(repository, { 'a.js': 'exports.a = (text) => eval(text)\n', 'b.js': 'exports.b = (text) => eval(text)\n' })
  const commit = async (files: Record<string, string>, message: string): Promise<string> => {
    await writeFiles(repository, files)
    await git(repository, 'commit', '--quiet', '--all', '--message', message)
    return git(repository, 'rev-parse', 'HEAD')
  }
  const first = await commit({ 'a.js': 'exports.a = (text) => JSON.parse(text)\n' }, 'Fix a')
  await commit({ 'a.js': 'exports.a = (text) => JSON.parse(text) ?? null\n' }, 'Carry the prefix on')
  const second = await commit({ 'b.js': 'exports.b = (text) => JSON.parse(text)\n' }, 'a bug in b')
  await git(repository, 'bundle', 'create', '--quiet', '../history.bundle', 'HEAD', 'main')
  const examples = { language: 'javascript', bad: 'eval(input)\n', good: 'JSON.parse(input)\n' }
  await writeFiles(proposals, {
    [`${first}.json`]: JSON.stringify({ ...examples, rule: rule('eval($X)') }),
    [`${second}.json`]: JSON.stringify({ ...examples, rule: rule('$F(...)') }),
  })
  const lines: string[] = []
  await rulesHistory(path.join(folder.path, 'history.bundle'), proposals, (line) => lines.push(line))
  assert.deepEqual(lines, [
    '2 fixes, 2 of them with a proposal',
    `  ${second.slice(0, 12)} refused by within-limits`,
    `  ${first.slice(0, 12)} admitted`,
    '\n  admitted: 1 of 2 proposals, of 2 fixes',
    '  within-limits       1',
  ])
})
