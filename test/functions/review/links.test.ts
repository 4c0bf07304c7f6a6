import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leadingOut, mayHaveLinks } from '../../../functions/review/links.ts'

/** Those of the change that a person is called for, in a head with these links. */
const namedOf = (links: Readonly<Record<string, string>>, changed = Object.keys(links)): string[] =>
  leadingOut(changed, new Map(Object.entries(links))).map(({ file }) => file)

test('a link that stays in the repository is shown by its target, whatever links it goes through', () => {
  assert.deepEqual(namedOf({ a: 'b/c', 'b/d': '../a', 'b/e': './../b//f', current: 'releases/1', bin: 'current/bin' }), [])
  assert.deepEqual(namedOf({ 'sub/d': '..', 'sub/e': 'd/sub/x' }), [])
})

test('a link that leads out of the repository is named with where it leads to', () => {
  for (const target of ['/etc/passwd', '../../x', '../../../home'])
    assert.deepEqual(leadingOut(['b/d'], new Map([['b/d', target]])), [
      { file: 'b/d', why: `a link that leads out of the repository, to ${target}` },
    ])
})

test('links that lead out only together are seen, those of the base included', () => {
  assert.deepEqual(namedOf({ 'sub/d': '..', 'sub/e': 'd/../secret' }), ['sub/e'])
  assert.deepEqual(namedOf({ 'sub/d': '..', 'sub/e': 'd/../secret' }, ['sub/e']), ['sub/e'])
  assert.deepEqual(namedOf({ mine: 'shared/notes', shared: '/srv/shared' }, ['mine']), ['mine'])
  assert.deepEqual(namedOf({ first: 'second', second: 'third/x', third: '../y' }, ['first']), ['first'])
  assert.deepEqual(namedOf({ round: 'about', about: 'round' }), ['round', 'about'])
})

test('a link that turns back after a name is for a person, for the name may be another link where it is used', () => {
  for (const target of ['node_modules/x/../../y', 'b/./../c', '../a/b/..']) assert.deepEqual(namedOf({ 'a/l': target }), ['a/l'], target)
})

test('new, turned and moved links are looked for, and files are not', () => {
  for (const line of ['new file mode 120000', 'new mode 120000', 'index 00..ab 120000', 'rename to sub/link'])
    assert.ok(mayHaveLinks(`diff --git a/x b/x\n${line}\n`), line)
  assert.ok(!mayHaveLinks('diff --git a/x b/x\nnew file mode 100644\nindex 00..ab\n@@ -0,0 +1 @@\n+index 00..ab 120000\n'))
})
