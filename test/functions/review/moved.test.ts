import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movedToAnotherKind } from '../../../functions/review/moved.ts'

const isMoved = (from: string, file: string): boolean =>
  movedToAnotherKind([{ file, from, change: 'renamed', is: 'file', added: 0, removed: 0 }]).length > 0

for (const [from, to] of [
  ['docs/attack.txt', 'src/hook.js'],
  ['docs/bin.dat', 'src/native.node'],
  ['notes', 'Makefile'],
  ['docs/ci.yml', '.github/workflows/ci.yml'],
  ['examples/a.py.txt', 'examples/a.py'],
])
  test(`${from} is another kind of file as ${to}`, () => assert.ok(isMoved(from!, to!)))

for (const [from, to] of [
  ['src/a.js', 'lib/b.js'],
  ['src/a.js', 'src/a.ts'],
  ['a.yaml', 'a.yml'],
  ['logo.PNG', 'assets/logo.png'],
  ['README', 'docs/README'],
  ['.github/a.yml', '.github/workflows/a.yml'],
])
  test(`${from} is the same kind of file as ${to}`, () => assert.ok(!isMoved(from!, to!)))

test('what is new or a link was no file of another kind', () =>
  assert.deepEqual(
    movedToAnotherKind([
      { file: 'a.js', change: 'added', is: 'file', added: 1, removed: 0 },
      { file: 'b.js', from: 'b.txt', change: 'renamed', is: 'link', added: 0, removed: 0 },
    ]),
    [],
  ))
