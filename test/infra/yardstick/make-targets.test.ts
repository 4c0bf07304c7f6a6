import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetsIn } from '../../../infra/yardstick/make-targets.ts'
import { placesIn } from '../../../infra/yardstick/places.ts'

const makefile =
  '.PHONY: lint \\\n  docs\nX := a:b\ntest unit: src/a.js\n\tnode --test: x\nlint:\ndocs:\nout/report: test\n%.o: %.c\n$(ALL): x\nclean::\n'

test('a target of make that is not told to be none is done as soon as a file has its name', () => {
  assert.deepEqual(targetsIn([makefile]), ['test', 'unit', 'out/report', 'clean'])
})

test('a new file or folder under such a name is in the place of what make was to do; what the base has there is no news', () => {
  const { isUsurper } = placesIn(new Set(['src/a.js', 'unit/b.js']), [], [], targetsIn([makefile]))
  assert.deepEqual(
    ['test', 'test/a.txt', 'unit', 'unit/c.js', 'tests', 'src/test', 'lint', 'docs/a.md'].filter((file) => isUsurper(file)),
    ['test', 'test/a.txt'],
  )
})
