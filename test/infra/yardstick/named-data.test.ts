import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedByTests, namesPath } from '../../../infra/yardstick/named-data.ts'
import { kindOf } from './yardstick-setting.ts'

test('a file is named by its path: with its folder, in one text or in pieces, or from beside it', () => {
  const file = 'src/reports/sum.txt'
  for (const text of [
    "'../src/reports/sum.txt'",
    "join(root, 'reports', 'sum.txt')",
    'HERE / "reports" / "sum.txt"',
    'open(`reports/sum.txt`)',
  ])
    assert.ok(namesPath(text, 'test/a.test.js', file), text)
  assert.ok(namesPath("'./sum.txt'", 'src/reports/sum.test.js', file))
  assert.ok(namesPath("new URL('../NOTES.md', import.meta.url)", 'test/a.test.js', 'NOTES.md'))
  for (const text of ["write('sum.txt')", "'my-reports/sum.txt'", "'reports/sum.txt-old'", "'./sum.txt'"])
    assert.ok(!namesPath(text, 'test/a.test.js', file), text)
  assert.ok(!namesPath("write(folder, 'README.md')", 'test/a.test.js', 'README.md'))
})

test('data that the tests of the base name, and its product does not, is the tests', async () => {
  const texts: Readonly<Record<string, string>> = {
    'test/report.test.js': "read('../reports/sum.txt'); read('../data/menu.json')",
    'src/menu.js': "read('../data/menu.json')",
    'docs/reports.md': 'reports/sum.txt',
  }
  const git = { mentioning: async () => Object.keys(texts), show: async ({ file }: { file: string }) => texts[file] ?? null }
  const files = ['reports/sum.txt', 'data/menu.json', 'docs/reports.md', 'src/menu.js', 'package.json']
  assert.deepEqual(await namedByTests(git, { project: 'shop', sha: 'a'.repeat(40) }, files, kindOf), ['reports/sum.txt'])
})
