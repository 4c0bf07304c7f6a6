import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutAtLine, filesOf } from '../../../../gateway/surfaces/page/diff.ts'

const diff = `diff --git a/src/cart.js b/src/cart.js
index 1..2 100644
--- a/src/cart.js
+++ b/src/cart.js
@@ -1,2 +1,2 @@
 const a = 1
-const b = 2
+const b = 3
\\ No newline at end of file
diff --git a/new file.txt b/new file.txt
new file mode 100644
--- /dev/null
+++ b/new file.txt
@@ -0,0 +1 @@
+++ a line that begins with two signs
`

test('a change is told by its files, each with what it gained and lost', () => {
  const files = filesOf(diff).map(({ name, added, removed }) => ({ name, added, removed }))
  assert.deepEqual(files, [
    { name: 'src/cart.js', added: 1, removed: 1 },
    { name: 'new file.txt', added: 1, removed: 0 },
  ])
})

test('the headers of a file are no lines of it', () => {
  const kinds = filesOf(diff)[0]?.lines.map(({ kind }) => kind)
  assert.deepEqual(kinds, ['note', 'note', 'note', 'place', 'same', 'removed', 'added', 'note'])
})

test('a piece that begins in the middle of a file has its lines first, without a name', () => {
  const [first, second] = filesOf('-const b = 2\n+const b = 3\ndiff --git a/x b/x\n@@ -1 +1 @@\n+y\n')
  assert.deepEqual([first?.name, first?.removed, first?.added], ['', 1, 1])
  assert.equal(second?.name, 'x')
})

test('nothing is no file', () => assert.deepEqual(filesOf(''), []))

test('a long text is cut after a whole line, and where there is none in the middle of it', () => {
  assert.deepEqual(cutAtLine('one\ntwo\nthree\n', 9), { shown: 'one\ntwo\n', rest: true })
  assert.deepEqual(cutAtLine('x'.repeat(20), 9), { shown: 'x'.repeat(9), rest: true })
  assert.deepEqual(cutAtLine('all', 9), { shown: 'all', rest: false })
})
