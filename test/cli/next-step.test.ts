import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { functionsText } from '../../cli/commands/functions.ts'
import { asLines } from '../../cli/follow.ts'
import { asTypedHere } from '../../cli/next-step.ts'
import { steadyAsk } from '../../cli/steady-ask.ts'
import { declared } from '../../gateway/operations.ts'
import { temporaryFolder } from '../support/temporary.ts'

const retry = 'mend it and `cortex retry task-1`, or `cortex retry task-1 --mend-base`; tasks go on with "cortex up"'

test('a next step is told as it is where the system is found without an option', () =>
  assert.equal(asTypedHere(retry, { command: 'cortex' }), retry))

test('a next step names the data folder by which its system was reached', () => {
  assert.equal(
    asTypedHere(retry, { command: 'cortex', data: '../else where' }),
    "mend it and `cortex retry --data '../else where' task-1`, or `cortex retry --data '../else where' task-1 --mend-base`; tasks go on with \"cortex up --data '../else where'\"",
  )
  const others = 'the Cortex on /x: cortex init, cortex goes on, cortex up --data /y'
  assert.equal(asTypedHere(others, { command: 'cortex', data: '/x' }), others)
  assert.equal(asTypedHere('cortex doctor --site', { command: 'cortex', data: '/x' }), 'cortex doctor --data /x --site')
})

test('a configuration that was named is named again, or the data folder beside it where a command takes none', () => {
  const where = { command: 'cortex', config: 'there/my.toml' }
  assert.equal(
    asTypedHere('cortex up; cortex diff task-1', where),
    'cortex up --config there/my.toml; cortex diff --data there/.cortex task-1',
  )
  assert.equal(
    asTypedHere('cortex up; cortex diff task-1', { ...where, data: '/x' }),
    'cortex up --config there/my.toml --data /x; cortex diff --data /x task-1',
  )
})

test('where the path leads to another program of that name, or to none, a next step names what runs this one', () => {
  assert.equal(
    asTypedHere('mend it and `cortex retry task-1`; cortex goes on, cortex up --data /y', {
      command: 'npx --prefix /c cortex',
      data: '/x',
    }),
    'mend it and `npx --prefix /c cortex retry --data /x task-1`; cortex goes on, npx --prefix /c cortex up --data /y',
  )
})

test('a step that needs a configuration names the one with which the data that were named are worked on', () => {
  assert.equal(
    asTypedHere('cortex login, cortex diff task-1', { command: 'cortex', data: '/x', last: '/there/my.toml' }),
    'cortex login --config /there/my.toml --data /x, cortex diff --data /x task-1',
  )
})

const elsewhere = (sentence: string): string => asTypedHere(sentence, { command: 'cortex', data: '/x' })

test('lines of a story that is followed name the data folder in their next steps, too', () => {
  const said: string[] = []
  const show = asLines({ json: false, colour: false, say: (line) => said.push(line), typed: elsewhere })
  const reason = 'the base is broken: mend it and `cortex retry task-a`'
  const time = '2026-01-01T00:00:01.000Z'
  show(
    { id: 'e', type: 'task.escalated', subject: 'task-a', source: 'escalate-task', time, sequence: 3, data: { reason, class: 'base' } },
    { created_at: '2026-01-01T00:00:00.000Z' },
  )
  assert.match(said[0] ?? '', /`cortex retry --data \/x task-a`/)
})

test('so does what holds a function', () => {
  const one = {
    name: 'review',
    pending: 0,
    in_flight: 0,
    redelivered: 0,
    concurrency: 1,
    running: [],
    why: 'paused by anna: cortex resume review',
  }
  assert.match(functionsText({ functions: [one] }, '2026-01-01T00:00:00.000Z', elsewhere), /: cortex resume --data \/x review$/)
})

test('so do the faults of a command that outlives the system', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, '.cortex')
  await using system = steadyAsk({ data, cwd: folder.path, channel: 'mcp' }, elsewhere)
  await assert.rejects(system.ask(declared.list, {}), /start it with "cortex up --data \/x"/)
})
