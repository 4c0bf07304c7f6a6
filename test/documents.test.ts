import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { rooms, root } from './support/source-tree.ts'

const readmes = [...rooms, 'test'].map((room) => join(room, 'README.md'))
const documents = [...readmes, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bus/ARCHITECTURE.md']

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Paths of the tree that a document names, in backticks or as links; placeholders such as `<name>` are none. */
const pathsIn = (document: string, text: string): string[] => {
  const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, path = '']) => path)
  const isOurs = new RegExp(`^(?:${[...rooms, 'test', '.ci', '.github'].join('|').replaceAll('.', '\\.')})/[\\w./-]*$`)
  const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => join(dirname(document), path))
  return [...named.filter((path) => isOurs.test(path)), ...linked]
}

test('each room has a README of 40 lines at most that says what it may import', () => {
  for (const path of readmes) {
    assert.ok(existsSync(join(root, path)), `${path} is missing`)
    const text = read(path)
    assert.ok(text.trimEnd().split('\n').length <= 40, `${path} is longer than 40 lines`)
    assert.match(text, /\*\*May import\b[\s\S]*\*\*May be imported by\*\*/, path)
  }
})

test('every path that a document names is there', () => {
  const missing = documents.flatMap((document) =>
    pathsIn(document, read(document))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${document} names ${path}`),
  )
  assert.deepEqual(missing, [])
})

test('paths are found in backticks and links, and what stands for a name is none', () => {
  const text =
    'see `bus/story.ts`, `bus/<name>.ts`, `npm test`, `x/y.ts` and [that](../bus/folds.ts), not [this](https://example.com/bus/x)'
  assert.deepEqual(pathsIn('domain/README.md', text), ['bus/story.ts', 'bus/folds.ts'])
})

test('the map of the README names every room, the phases and why a task waits', () => {
  const text = read('README.md')
  const map = text.slice(text.indexOf("## Finding one's way"), text.indexOf('## Measured'))
  for (const path of [...rooms.map((room) => `${room}/`), 'domain/phases.ts', 'domain/words/why-waiting.ts'])
    assert.ok(map.includes(path), `the map does not name ${path}`)
})
