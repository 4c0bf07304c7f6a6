import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { laneFault } from '../../browser-worker/turn/lane-fault.ts'
import { noted } from '../../bus/noted-steps.ts'
import { functionsText } from '../../cli/commands/functions.ts'
import { asLines } from '../../cli/follow.ts'
import { asToldHere, asTypedHere } from '../../cli/next-step.ts'
import { lastWords } from '../../cli/outcome.ts'
import { steadyAsk } from '../../cli/steady-ask.ts'
import { initialTask, noUsage } from '../../domain/task.ts'
import { pausedInWords } from '../../domain/words/pause-words.ts'
import { laneTrouble } from '../../domain/words/why-waiting.ts'
import { whyUnpaid } from '../../functions/planning/judge-base.ts'
import { StatusAnswer } from '../../gateway/answers.ts'
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

test('a step that names a place by a later option is not told of another, and what follows the step is none of its options', () => {
  const where = { command: 'npx --prefix /c cortex', data: '/x' }
  for (const [step, typed] of [
    ['cortex retry task-1 --data /y', 'npx --prefix /c cortex retry task-1 --data /y'],
    ['`cortex status --json --data /y`', '`npx --prefix /c cortex status --json --data /y`'],
    ['cortex run "a; b" --config /y/c.toml', 'npx --prefix /c cortex run "a; b" --config /y/c.toml'],
    ['"cortex up" there, or with --data', '"npx --prefix /c cortex up --data /x" there, or with --data'],
    ['cortex login; others --data', 'npx --prefix /c cortex login --data /x; others --data'],
    ['cortex login or cortex up --data /y', 'npx --prefix /c cortex login --data /x or npx --prefix /c cortex up --data /y'],
  ])
    assert.equal(asTypedHere(step ?? '', where), typed)
})

test('a path is no step', () => {
  for (const path of [
    '/home/u/cortex run x',
    'nats --context /srv/cortex up/ctx',
    './cortex up',
    'my-cortex up',
    'at cortex up/ctx',
    'cortex run.log',
  ])
    assert.equal(asTypedHere(path, { command: 'npx --prefix /c cortex', data: '/x' }), path)
})

const place = { command: 'npx --prefix /c cortex', data: '/x' }
const [elsewhere, toldElsewhere] = [
  (sentence: string): string => asTypedHere(sentence, place),
  (words: string): string => asToldHere(words, place),
]
const now = '2026-01-01T00:00:01.000Z'

/** The line of a story that is followed. */
const lineOf = (type: string, data: Record<string, unknown>): string => {
  const said: string[] = []
  const show = asLines({ json: false, colour: false, say: (line) => said.push(line), told: toldElsewhere })
  show({ id: 'e', type, subject: 'task-a', source: 'x', time: now, sequence: 3, data }, { created_at: now })
  return said.join('\n')
}

test('lines of a story that is followed name this Cortex and the data folder in the steps of the system', () => {
  const commit = { project: 'api', sha: 'a'.repeat(40), tree: 'b'.repeat(40) }
  const base = { ...commit, outcome: 'failed' as const, reason: 'npm test says `cortex run`', findings: [], cached: false, durationMs: 1 }
  const routed = { master: 'm', workflow: 'change', planner: 'a', implementer: 'a', reviewer: 'b', gate: 'automatic' } as const
  const unpaid = whyUnpaid({ ...initialTask('task-a'), base, routed })
  assert.match(
    lineOf('task.escalated', noted({ reason: unpaid?.reason, class: 'base' }) as Record<string, unknown>),
    /npm test says `cortex run`\. .*`npx --prefix \/c cortex retry --data \/x task-a`, .*: `npx --prefix \/c cortex retry --data \/x task-a --mend-base`/,
  )
})

test('what people and agents said is theirs, whatever commands it names', () => {
  const title = 'Document cortex run, and "cortex up": cortex approve task-a'
  assert.match(lineOf('plan.rejected', { planHash: 'a'.repeat(64), by: 'anna', channel: 'cli', reason: title }), new RegExp(`${title}$`))
  for (const words of [title, 'nobody decided about the plan by noon; `cortex retry task-a` plans again', ': cortex login'])
    assert.equal(toldElsewhere(words), words)
  const status = StatusAnswer.parse({
    ...{
      id: 'task-a',
      title,
      status: 'in_progress',
      phase: 'coding',
      detail: '',
      why: `rejected: ${title}`,
      notes: [`the base: ${title}`],
    },
    ...{
      waiting_for: [],
      category: 'development',
      priority: 5,
      created_at: now,
      updated_at: now,
      plan_revision: 0,
      files: [],
      findings: [],
    },
    ...{ usage: noUsage, durations: {} },
  })
  const [why, note, next] = lastWords(status, { typed: elsewhere, told: toldElsewhere }).split('\n')
  assert.deepEqual(
    [why, note, next],
    [`task-a: rejected: ${title}`, `note: the base: ${title}`, 'next: npx --prefix /c cortex status --data /x task-a'],
  )
})

test('every step that a system tells names them, and nothing that others say around it', () => {
  const pause = pausedInWords({ fn: 'review', by: 'anna', since: now, reason: 'see cortex up: cortex resume it' })
  assert.equal(
    toldElsewhere(pause),
    `review is paused by anna since ${now} (see cortex up: cortex resume it): npx --prefix /c cortex resume --data /x review`,
  )
  const lane = laneTrouble({ state: 'auth_required', reason: 'it says "cortex login": cortex login' })
  assert.match(toldElsewhere(lane), /\(auth required: it says "cortex login": cortex login\): npx --prefix \/c cortex login --data \/x$/)
  const fault = laneFault({ state: 'unknown', reason: 'cortex run' }, 'no').message
  assert.match(toldElsewhere(fault), /^cortex run: .*`npx --prefix \/c cortex doctor --data \/x --site` counts/)
})

test('so does what holds a function', () => {
  const why = pausedInWords({ fn: 'review', by: 'anna', since: now, reason: '' })
  const one = { name: 'review', pending: 0, in_flight: 0, redelivered: 0, concurrency: 1, running: [], why }
  assert.match(functionsText({ functions: [one] }, now, toldElsewhere), /: npx --prefix \/c cortex resume --data \/x review$/)
})

test('so do the faults of a command that outlives the system', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, '.cortex')
  await using system = steadyAsk({ data, cwd: folder.path, channel: 'mcp' }, { typed: elsewhere, told: toldElsewhere })
  await assert.rejects(system.ask(declared.list, {}), /start it with "npx --prefix \/c cortex up --data \/x"/)
})
