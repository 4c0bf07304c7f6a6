import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedByTests, namesFolder, namesPath } from '../../../infra/yardstick/named-data.ts'
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
  assert.ok(namesPath("join(__dirname, '..', 'golden.json')", 'test/a.test.js', 'golden.json'))
  for (const text of ["write('sum.txt')", "'my-reports/sum.txt'", "'reports/sum.txt-old'", "'./sum.txt'"])
    assert.ok(!namesPath(text, 'test/a.test.js', file), text)
  assert.ok(!namesPath("write(folder, 'README.md')", 'test/a.test.js', 'README.md'))
})

test('a folder is named where names in it are put together, not where it is loaded from, is an address, or one file of it is named', () => {
  for (const text of [
    `read(\`templates/\${name}.html\`)`,
    "read('./templates/' + name + '.html')",
    `const folder = join(root, 'templates')\nread(join(folder, \`\${name}.html\`))`,
    "readdir('templates').filter((name) => name.endsWith('.html'))",
    'open("mail/templates/%s.html" % name)',
  ])
    assert.ok(namesFolder(text, 'mail/templates/welcome.html'), text)
  for (const text of [
    "get('/templates', list)",
    "read('templates/other.html')",
    `read(\`my-templates/\${name}.html\`)`,
    `read(\`templates/\${name}.txt\`)`,
    `import a from './templates/a.js'\nread(\`\${name}.html\`)`,
    'import (\n\t"e.com/shop/templates"\n)\nread(name + ".html")',
  ])
    assert.ok(!namesFolder(text, 'mail/templates/welcome.html'), text)
})

test('a file is named by a folder further up only where each folder below it is put in', () => {
  const file = 'src/locales/de/common.json'
  for (const text of [
    `import(\`./locales/\${lang}/\${name}.json\`)`,
    `read(path.join(root, 'locales', lang, \`\${name}.json\`))`,
    "os.path.join(HERE, 'locales', lang, name + '.json')",
    "open(f'locales/{lang}/{name}.json')",
    'fmt.Sprintf("locales/%s/%s.json", lang, name)',
    "glob('locales/*/*.json')",
  ])
    assert.ok(namesFolder(text, file), text)
  assert.ok(namesFolder(`read(\`locales/\${lang}/\${area}/\${name}.json\`)`, 'locales/de/shop/common.json'))
  for (const text of [
    `read(\`locales/\${name}.json\`)`,
    `read(path.join('locales', \`\${name}.json\`))`,
    `read(\`locales/\${a}/\${b}/\${c}.json\`)`,
    `read(\`locales/en/\${name}.json\`)`,
    `read(\`locales/\${lang}/\${name}.txt\`)`,
    `const all = 'locales'\nread(\`\${lang}/\${name}.json\`)`,
  ])
    assert.ok(!namesFolder(text, file), text)
})

const found = (texts: Readonly<Record<string, string>>, files: readonly string[]): Promise<string[]> => {
  const git = {
    mentioning: async ({ texts: wanted }: { texts: readonly string[] }) =>
      Object.keys(texts).filter((file) => wanted.some((one) => texts[file]?.includes(one))),
    show: async ({ file }: { file: string }) => texts[file] ?? null,
  }
  return namedByTests(git, { project: 'shop', sha: 'a'.repeat(40) }, files, kindOf)
}

test('data that the product reads by its folder is the product, also where a test names one of it', async () => {
  const texts = { 'src/mail.js': `read(\`../templates/\${name}.html\`)`, 'test/mail.test.js': "read('../templates/welcome.html')" }
  assert.deepEqual(await found(texts, ['templates/welcome.html']), [])
})

test('neither programs nor data that come before them hide what tests name', async () => {
  const many = (count: number, nameOf: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => nameOf(index))
  const product = Object.fromEntries(many(300, (index) => `src/a${index}.js`).map((file) => [file, 'see LICENSE']))
  const texts = { ...product, 'test/a.test.js': "read('../data/expected.json')" }
  assert.deepEqual(await found(texts, ['LICENSE', 'data/expected.json']), ['data/expected.json'])
  assert.deepEqual(await found(texts, [...many(300, (index) => `a/${index}.json`), 'data/expected.json']), ['data/expected.json'])
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

test('nested data that the product reads by names it puts together is the product; what lies below its folder beside that is the tests’', async () => {
  const reads = `read(\`../locales/\${lang}/\${name}.json\`)`
  const names = "read('../locales/de/common.json')"
  assert.deepEqual(await found({ 'src/words.js': reads, 'test/words.test.js': names }, ['locales/de/common.json']), [])
  const shallow = `read(\`../data/\${name}.json\`)`
  const expects = "read('../data/cases/sums.json')"
  assert.deepEqual(await found({ 'src/words.js': shallow, 'test/sums.test.js': expects }, ['data/cases/sums.json']), [
    'data/cases/sums.json',
  ])
})
