import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandArgv, commandText, findDefinition } from '../../../infra/checks/definition.ts'
import { machineFault } from '../../../infra/checks/fault.ts'
import { ConfigSchema, type ProjectConfig } from '../../../infra/config/config-schema.ts'

function project(fields: object): ProjectConfig | undefined {
  return ConfigSchema.parse({ projects: { p: fields } }).projects['p']
}

test("the operator's definition of done wins, key by key, over the repository's own", () => {
  const own = 'setup = ["npm ci"]\ndod = ["npm test"]\n[gate]\nautomatic = true\n'
  assert.deepEqual(findDefinition('p', project({ path: '.' }), own), { setup: ['npm ci'], copy: [], dod: ['npm test'] })
  assert.deepEqual(findDefinition('p', project({ path: '.', dod: [['make', 'check']] }), own), {
    setup: ['npm ci'],
    copy: [],
    dod: [['make', 'check']],
  })
})

test('without a definition of done nothing is called done, and the reason says how to set one', () => {
  for (const own of [null, '', 'setup = ["x"]', 'dod = []']) {
    const failure = findDefinition('p', project({ path: '.' }), own)
    assert.ok('reason' in failure)
    assert.equal(failure.class, 'permanent')
    assert.match(failure.reason, /no definition of done. Set dod = /)
  }
})

test('a wrong cortex.toml in the repository is told with all its faults', () => {
  const wrong = findDefinition('p', project({ path: '.' }), 'dod = "npm test"\nsetup = 3')
  assert.ok('reason' in wrong)
  assert.match(wrong.reason, /setup: .*dod: /)
  assert.match(JSON.stringify(findDefinition('p', project({}), 'dod = [')), /no valid TOML/)
  assert.match(JSON.stringify(findDefinition('q', undefined, null)), /no project \\"q\\"/)
})

test('a text is a shell line, a list is an argv', () => {
  assert.deepEqual(commandArgv('a && b'), ['sh', '-c', 'a && b'])
  assert.deepEqual(commandArgv(['a', 'b c']), ['a', 'b c'])
  assert.equal(commandText(['a', 'b c']), 'a "b c"')
})

test('a missing program, a full disk or a lock is the fault of the machine; a failing test is not', () => {
  assert.match(machineFault(127, '') ?? '', /not installed/)
  assert.match(machineFault(126, '') ?? '', /executed/)
  assert.match(machineFault(1, 'Error: ENOSPC: no space') ?? '', /disk/)
  assert.match(machineFault(128, "fatal: Unable to create '/r/.git/index.lock': File exists.") ?? '', /locked/)
  assert.match(machineFault(1, 'sh: 1: vitest: not found') ?? '', /not installed/)
  assert.match(machineFault(1, 'x\nsh: 1: ./run: Permission denied\n') ?? '', /executed/)
  assert.equal(machineFault(1, 'not ok 1 - answers "permission denied" and page not found'), null)
  assert.equal(machineFault(1, `ENOSPC${'x'.repeat(3_000)}`), null)
})
