import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly } from '../../bus/next-steps.ts'
import { cut, harmless, listText, painter, planText, storyLine, systemText, table } from '../../cli/render.ts'

const plain = painter(false)
const event = {
  id: 'e',
  type: 'task.started',
  subject: 'task-a',
  source: 'dispatch-tasks',
  time: '2026-01-01T00:00:12.340Z',
  sequence: 3,
  data: { stage: 'plan' },
}

test('a story line is elapsed time, event and meaning', () => {
  assert.match(storyLine(event, '2026-01-01T00:00:00.000Z', plain), /^ {3}12\.3 s {2}task\.started {8,} {2}\S/)
})

test('there are colours only where they are wanted', () => {
  assert.equal(painter(false)('red', 'x'), 'x')
  assert.equal(painter(true)('red', 'x'), '\x1b[31mx\x1b[0m')
})

test('nothing of somebody else can steer the terminal', () => {
  assert.equal(harmless('a\x1b[2Jb\x1b]0;title\x07c\r\nd\te\x00\u0085f'), 'abc\nd  e\\u{0}\\u{85}f')
  assert.equal(
    harmless('invoice\u202egnp.exe\u2066\u200b'),
    'invoice\\u{202E}gnp.exe\\u{2066}\\u{200B}',
    'nor the direction in which it is read',
  )
})

test('a table is as wide as its cells', () => {
  assert.equal(
    table([
      ['A', 'LONG', 'X'],
      ['task', 'b', 'y'],
    ]),
    'A     LONG  X\ntask  b     y',
  )
})

test('an empty list says so, others tell when a task changed', () => {
  assert.equal(listText({ tasks: [] }, '2026-01-01T00:00:00Z'), 'no tasks')
  const task = {
    id: 'task-a',
    title: 'Two\nlines',
    status: 'queued',
    phase: 'blocked',
    priority: 3,
    createdAt: event.time,
    updatedAt: event.time,
  }
  assert.match(listText({ tasks: [task] }, '2026-01-01T00:05:13Z'), /task-a {2}queued {2}blocked {2}3 {9}- {8}5 min ago {2}Two lines/)
})

test('a plan shows its steps, files and criteria with its hash', () => {
  const text = planText(
    {
      summary: 'Do it',
      steps: [{ description: 'change', file: 'a.ts', rationale: '' }],
      files_to_modify: ['a.ts'],
      acceptance_criteria: ['tests pass'],
      estimated_complexity: 'low',
      risk_assessment: '',
    },
    'f'.repeat(64),
    plain,
  )
  for (const part of ['ffffffffffff: Do it', '1. change [a.ts]', '- tests pass', 'Complexity: low']) assert.ok(text.includes(part), part)
})

const system = { process: 7, node: '26.0.0', server: '2.15.2', position: 9, foreign: 0, open: {}, running: [] }
const now = '2026-01-01T00:05:00.000Z'
const lane = { state: 'ready' as const, reason: 'signed in', since: '2026-01-01T00:00:00.000Z', site: 'chatgpt', waiting: 0 }

test('the system shows its open tasks and what runs at this moment', () => {
  const running = [{ fn: 'ask-cli', task: 'task-a', since: '2026-01-01T00:04:00.000Z', attempt: 1 }]
  assert.deepEqual(systemText({ ...system, open: { coding: 2, gate: 1 }, running }, now).split('\n'), [
    'system    process 7, nats-server 2.15.2',
    'tasks     2 coding, 1 gate',
    'runs      ask-cli for task-a, for 60 s',
  ])
  assert.match(systemText(system, now), /^tasks {5}none open$/m)
})

test('a process that stands by for another version says so', () => {
  const standby = 'cortex 1.1.0 is at work: this one is 1.0.0'
  assert.equal(
    systemText({ ...system, standby }, now)
      .split('\n')
      .at(-1),
    `standby   ${standby}`,
  )
})

test('the system shows its browser lane: ready, or held and what opens it', () => {
  const laneLine = (more: object): string =>
    plainly(systemText({ ...system, lane: { ...lane, ...more } }, now))
      .split('\n')
      .at(-1) ?? ''
  assert.equal(laneLine({}), 'browser   ready (chatgpt), for 5 min; nothing waits')
  assert.equal(
    laneLine({ state: 'auth_required', reason: 'signed out', waiting: 3 }),
    'browser   held (auth required: signed out): cortex login, for 5 min; 3 in the queue',
  )
  assert.equal(
    laneLine({ state: 'unknown', reason: 'no report', since: undefined, site: undefined }),
    'browser   held (unknown: no report); nothing waits',
  )
})

test('the system shows where it listens in a chat, and why it does not', () => {
  const one = { platform: 'discord', state: 'away' as const, reason: 'the token is not right', since: '2026-01-01T00:04:00.000Z' }
  assert.match(systemText({ ...system, chat: [one] }, now), /^chat {6}discord: away, the token is not right, for 60 s$/m)
})

test('while lists are made, the system says how far they are and what answers until then', () => {
  const shown = (older: boolean) => systemText({ ...system, views: { percent: 42, older } }, now)
  assert.match(shown(true), /^lists {5}made from the stream, 42 % done; those of an older version answer until then$/m)
  assert.match(shown(false), /42 % done; not all tasks are in them yet$/m)
})

test('the system shows what of its streams somebody set by hand', () => {
  const streams = [{ stream: 'EVENTS', words: 'max_age is 90 days, by default 30 days' }]
  assert.match(systemText({ ...system, streams }, now), /^stream {4}EVENTS: max_age is 90 days, by default 30 days$/m)
})

test('a long text is cut with an ellipsis', () => {
  assert.deepEqual([cut('abcdef', 6), cut('abcdef', 4)], ['abcdef', 'abc…'])
})
