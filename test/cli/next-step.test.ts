import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asTypedHere } from '../../cli/next-step.ts'

const retry = 'mend it and `cortex retry task-1`, or `cortex retry task-1 --mend-base`; tasks go on with "cortex up"'

test('a next step is told as it is where the system is found without an option', () => assert.equal(asTypedHere(retry, {}), retry))

test('a next step names the data folder by which its system was reached', () => {
  assert.equal(
    asTypedHere(retry, { data: '../else where' }),
    "mend it and `cortex retry --data '../else where' task-1`, or `cortex retry --data '../else where' task-1 --mend-base`; tasks go on with \"cortex up --data '../else where'\"",
  )
  const others = 'the Cortex on /x: cortex init, cortex goes on, cortex up --data /y'
  assert.equal(asTypedHere(others, { data: '/x' }), others)
})

test('a configuration that was named is named again, or the data folder beside it where a command takes none', () => {
  const where = { config: 'there/my.toml' }
  assert.equal(
    asTypedHere('cortex up; cortex diff task-1', where),
    'cortex up --config there/my.toml; cortex diff --data there/.cortex task-1',
  )
  assert.equal(
    asTypedHere('cortex up; cortex diff task-1', { ...where, data: '/x' }),
    'cortex up --config there/my.toml --data /x; cortex diff --data /x task-1',
  )
})
