import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relevantFiles } from '../../../functions/reasoning/relevant-files.ts'

const files = [
  'README.md',
  'docs/old.md',
  'logo.png',
  'package-lock.json',
  'package.json',
  'src/cart.js',
  'src/money.js',
  'src/user/login.js',
  'test/cart.test.js',
]
const task = (text: string): string => `Rules.\n<task>\n${text}\n</task>\nFiles of the repository:\n${files.join('\n')}`

test('what the task names comes first, then its tests, what tells about the whole, its neighbours, and the rest', () => {
  assert.deepEqual(relevantFiles(files, task('The total in src/cart.js is wrong.')), [
    'src/cart.js',
    'test/cart.test.js',
    'package.json',
    'README.md',
    'src/money.js',
    'docs/old.md',
    'src/user/login.js',
  ])
})

test('a file that is named without its folder counts, one that only the list of all files names does not', () => {
  const [first, second] = relevantFiles(files, task('Mend login.js.'))
  assert.equal(first, 'src/user/login.js')
  assert.notEqual(second, 'docs/old.md')
})

test('a plan and a diff speak of files as a task does', () => {
  assert.equal(relevantFiles(files, '<plan>\n{"files_to_modify":["src/money.js"]}\n</plan>')[0], 'src/money.js')
  assert.equal(relevantFiles(files, '<diff>\n+++ b/docs/old.md\n</diff>')[0], 'docs/old.md')
})

test('what tools made and what is no text is left out', () => {
  const ranked = relevantFiles(files, task('Look at logo.png and package-lock.json.'))
  assert.ok(!ranked.includes('logo.png') && !ranked.includes('package-lock.json'))
})

test('files that hold keys by their name are left out, also when the task names them; their samples are not', () => {
  const hidden = ['.env', 'config/.env.local', 'prod.env', 'tls/server.pem', 'id_rsa', '.npmrc', '.aws/credentials', 'infra/main.tfstate']
  const shown = ['.env.example', 'src/environment.ts', 'src/keys.ts', 'docs/credentials.md.txt', 'public/index.html']
  assert.deepEqual(relevantFiles([...hidden, ...shown], task(`Look at ${hidden.join(' ')}`)).toSorted(), shown.toSorted())
})
