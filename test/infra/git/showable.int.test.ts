import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { createSecrets } from '../../../infra/secrets/secrets.ts'
import { git, writeFiles } from '../../support/temporary.ts'
import { change, given } from './git-setting.ts'

test('shown to a model elsewhere are plain files that no .gitignore lists, in whatever folder', async () => {
  await using setting = await given()
  const { repo, service } = setting
  await writeFiles(repo, { 'src/a.ts': 'a', 'src/.gitignore': '*.local\n!kept.local\n', 'src/b.local': 'b', 'src/kept.local': 'c' })
  await writeFiles(repo, { 'ignored/tracked.txt': 'all the same' })
  await symlink('/etc/passwd', path.join(repo, 'link'))
  await git(repo, 'add', '--force', '--all')
  await git(repo, 'commit', '--quiet', '--message', 'more')
  const { baseSha: sha } = await service.resolve('demo')
  assert.deepEqual(await service.showable({ project: 'demo', sha }), [
    '.gitignore',
    'README.md',
    'src/.gitignore',
    'src/a.ts',
    'src/kept.local',
  ])
})

test('files that hold one of some texts are told by their names, and none where nobody does', async () => {
  await using setting = await given()
  await setting.service.resolve('demo')
  const sha = await change(setting, { 'src/a.js': 'read("golden.txt")', 'b.js': 'golden_txt', 'c d.js': '-x golden.txt' })
  const mentioning = (...texts: string[]) => setting.service.mentioning({ project: 'demo', sha, texts })
  assert.deepEqual(await mentioning('golden.txt', 'never'), ['c d.js', 'src/a.js'])
  assert.deepEqual([await mentioning('nobody says this'), await mentioning()], [[], []])
})

test('a diff of everything shows what a repository would have hidden, so that no secret passes by', async () => {
  await using setting = await given()
  const { service, base } = setting
  await service.resolve('demo')
  const key = 'plain-looking-credential'
  const sha = await change(setting, {
    '.gitattributes': '*.js -diff\n*.dat binary\n',
    'a.js': `const key = '${key}'\n`,
    'b.dat': `\0\u0001${key}`,
    'c.txt': [...key].join('\0'),
  })
  const { text } = await service.diff({ project: 'demo', baseSha: base, headSha: sha, everything: true })
  const found = await createSecrets({ known: { KEY: key }, allow: [] }).inChange(text)
  assert.deepEqual(
    found.map(({ file, kind }) => [file, kind]),
    ['a.js', 'b.dat', 'c.txt'].map((file) => [file, 'value of KEY']),
  )
})
