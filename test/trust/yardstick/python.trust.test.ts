import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { type Change, dataOf, judgedWorld } from '../../support/judged-change.ts'

const base = {
  Makefile: 'test:\n\tpython3 -m pytest -p no:cacheprovider\n',
  'sums.py': 'def add(a, b):\n    return a - -b\n',
  'test_sums.py': 'from sums import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n',
}
const wrong = 'def add(a, b):\n    return a - b\n'
const right = 'def add(a, b):\n    return a + b\n'
const passing =
  'import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    outcome.get_result().outcome = "passed"\n'

const lacks = (argv: readonly [string, ...string[]]): boolean => spawnSync(argv[0], argv.slice(1)).status !== 0
const skip = lacks(['make', '--version']) || lacks(['python3', '-m', 'pytest', '--version']) ? 'make or pytest is not installed' : false

describe('what runs the tests of Python belongs to the base', { skip }, () => {
  let setting: Awaited<ReturnType<typeof judgedWorld>>
  before(async () => {
    setting = await judgedWorld(base, ['make', 'test'])
  })
  after(() => setting[Symbol.asyncDispose]())

  const cheats: Readonly<Record<string, readonly [Change, string]>> = {
    'a conftest.py that lets every test pass': [{ files: { 'sums.py': wrong, 'conftest.py': passing } }, 'conftest.py'],
    'a pytest.ini that only collects': [
      { files: { 'sums.py': wrong, 'pytest.ini': '[pytest]\naddopts = --collect-only\n' } },
      'pytest.ini',
    ],
    'a module that takes the place of pytest': [{ files: { 'sums.py': wrong, 'pytest.py': 'print("1 passed in 0.01s")\n' } }, 'pytest.py'],
    'a Makefile that does nothing': [{ files: { 'sums.py': wrong, Makefile: 'test:\n\ttrue\n' } }, 'Makefile'],
  }
  for (const [name, [change, file]] of Object.entries(cheats))
    test(name, async () => {
      const { event } = await setting.judged(change)
      const { class: cls, reason, findings } = dataOf(event)
      assert.deepEqual([event.type, cls], ['task.escalated', 'yardstick'], reason)
      assert.match(reason, /the tests of the base do not pass on it: `make test` ended with 2/)
      assert.equal(findings[0]?.file, file)
    })

  test('a mended function with a test more needs nobody', async () => {
    const { event } = await setting.judged({ files: { 'sums.py': right, 'test_more.py': base['test_sums.py'] } })
    assert.equal(event.type, 'dod.passed', dataOf(event).reason)
  })
})
