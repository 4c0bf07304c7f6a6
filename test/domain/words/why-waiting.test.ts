import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly } from '../../../bus/next-steps.ts'
import { isTold, type Phase, Phases } from '../../../domain/phases.ts'
import { initialTask, noUsage, type Task } from '../../../domain/task.ts'
import { type Circumstances, laneTrouble, whyWaiting } from '../../../domain/words/why-waiting.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const now = '2026-01-01T12:00:00.000Z'
const ago = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString()
const HASH = `3fa9${'0'.repeat(60)}`
const attempt = { n: 2, handoff: 0, implementer: 'claude', reviewer: 'codex', baseSha: 'a'.repeat(40) }
const routed = (project?: string): NonNullable<Task['routed']> => ({
  master: 'general-master',
  workflow: 'change',
  project,
  planner: 'claude',
  implementer: 'claude',
  reviewer: 'codex',
  gate: 'person',
})

const taskIn = (phase: Phase, more: Partial<Task> = {}): Task => ({
  ...initialTask('task-x'),
  phase,
  createdAt: ago(60),
  phases: [{ phase, at: ago(3) }],
  routed: routed(),
  ...more,
})
const around = (more: Partial<Circumstances> = {}): Circumstances => ({
  now,
  openTasks: [],
  config: ConfigSchema.parse({ projects: { api: { path: '.' } }, limits: { tasks: 2 } }),
  running: [],
  ...more,
})
const lane = (ahead: number | undefined, more: Partial<NonNullable<Circumstances['lane']>> = {}) => ({
  lane: { state: 'ready' as const, reason: 'signed in', waiting: 3, ahead: () => ahead, ...more },
})
const other = (id: string, phase: Phase, more: Partial<Task> = {}): Task => ({ ...taskIn(phase, more), id })

const end = { type: 'x', reason: 'x', class: 'x', at: now }

/** Every phase with the sentence a person gets. */
const sentences: readonly [string, Task, Partial<Circumstances>, string][] = [
  ['a new task is with the coordinator', taskIn('created', { sequence: 7 }), {}, 'the coordinator looks at it (for 3 min)'],
  [
    'a task without a fact stands at the door',
    taskIn('created'),
    {},
    'it is stored; requests are decided one after the other, and its turn comes (for 3 min)',
  ],
  [
    'a blocked task names what it waits for and where that is',
    taskIn('blocked', { waitingFor: ['task-b', 'task-c', 'task-d'] }),
    { openTasks: [other('task-b', 'coding', { startedAt: ago(9) }), other('task-c', 'gate', { startedAt: ago(9) })] },
    'waits for task-b (in progress), task-c (waits for a person), task-d (ended)',
  ],
  [
    'a task that waits for one that escalated says so, and for one that is not there yet',
    taskIn('blocked', { waitingFor: ['task-b', 'task-c', 'task-d'] }),
    { awaited: [other('task-b', 'escalated', { end }), other('task-c', 'completed', { end }), initialTask('task-d')] },
    'waits for task-b (escalated: a person must look), task-c (done), task-d (not created yet)',
  ],
  [
    'a queued task says how many run and who is before it',
    taskIn('queued', { priority: 5 }),
    {
      openTasks: [
        other('a', 'coding'),
        other('b', 'planning'),
        other('c', 'queued', { priority: 1 }),
        other('d', 'queued', { priority: 3 }),
        other('e', 'queued', { createdAt: ago(90) }),
        other('f', 'queued', { priority: 7 }),
      ],
    },
    'waits for a place: 2 of 2 tasks run; 2 with higher priority and 1 of the same priority and older are before it',
  ],
  [
    'a task at the gate holds no place',
    taskIn('queued'),
    { openTasks: [other('a', 'gate'), other('b', 'coding')] },
    'starts in a moment: 1 of 2 places are taken',
  ],
  [
    'a full project is named with the task that holds its place',
    taskIn('queued', { routed: routed('api') }),
    { openTasks: [other('a', 'coding', { routed: routed('api') })] },
    'waits for a place in project api: 1 of 1 task runs (a)',
  ],
  [
    'a task whose models refuse says until when it waits, and for what',
    taskIn('coding', { postponed: { until: ago(-4), reason: 'claude is asked next; status 429' } }),
    {},
    'waits for a model, which is asked again in 4 min: claude is asked next; status 429',
  ],
  [
    'a base that is tried says what is done',
    taskIn('trying'),
    {},
    'setup and definition of done are tried on the commit it starts from, before anybody is asked (for 3 min)',
  ],
  ['planning names the planner', taskIn('planning'), {}, 'claude plans (for 3 min)'],
  [
    'planning again after something that was no plan says what was wrong',
    taskIn('planning', { planRefusals: [['a plan needs steps']] }),
    {},
    'claude plans again, for the last answer was no plan: a plan needs steps (for 3 min)',
  ],
  [
    'planning with wishes says so',
    taskIn('planning', { wishes: ['smaller'] }),
    {},
    'claude plans again with the changes that a person wants (for 3 min)',
  ],
  [
    'a gate names the plan, the times and the command',
    taskIn('gate', { gate: { planHash: HASH, openedAt: ago(120), expiresAt: ago(-22 * 60) } }),
    {},
    'waits for a person to approve plan 3fa90000 (since 2 h, expires in 22 h): cortex approve task-x',
  ],
  [
    'a gate whose time is over says so',
    taskIn('gate', { gate: { planHash: HASH, openedAt: ago(120), expiresAt: ago(1) } }),
    {},
    'waits for a person to approve plan 3fa90000 (since 2 h, its time is over): cortex approve task-x',
  ],
  [
    'an approved plan waits for a place like any other task',
    taskIn('gate', {
      gate: { planHash: HASH, openedAt: ago(1), expiresAt: ago(-9) },
      approvals: [{ planHash: HASH, by: 'ann', channel: 'cli' }],
    }),
    { openTasks: [other('a', 'coding'), other('b', 'coding')] },
    'the plan is approved; waits for a place: 2 of 2 tasks run',
  ],
  [
    'coding names agent, attempt and time',
    taskIn('coding', { rounds: [{ attempt, findings: [] }] }),
    {},
    'claude writes code (attempt 2, for 3 min)',
  ],
  [
    'between rounds the lost one is named',
    taskIn('verifying', { rounds: [{ attempt: { ...attempt, handoff: 1 }, findings: [], outcome: 'dod.failed' }] }),
    {},
    'the definition of done failed; the next step is being decided (attempt 2, handoff 1, for 3 min)',
  ],
  [
    'a review names the reviewer and those who were silent',
    taskIn('reviewing', { rounds: [{ attempt, findings: [] }], silentReviewers: ['codex'], working: 'gpt' }),
    {},
    'gpt reviews the change after codex gave no verdict (attempt 2, for 3 min)',
  ],
  ['a scan is semgrep', taskIn('scanning', { rounds: [{ attempt, findings: [] }] }), {}, 'semgrep scans the change (attempt 2, for 3 min)'],
  [
    'verifying is the definition of done',
    taskIn('verifying', { rounds: [{ attempt, findings: [] }] }),
    {},
    'the definition of done is checked (attempt 2, for 3 min)',
  ],
  [
    'finishing names the branch',
    taskIn('finishing', { finishing: { branch: 'cortex/task-x', sha: 'b'.repeat(40) } }),
    {},
    'the result is delivered to branch cortex/task-x (for 3 min)',
  ],
  ['before that the result is made ready', taskIn('finishing'), {}, 'the result is made ready (for 3 min)'],
  ['answering names who answers', taskIn('answering', { working: 'claude (cli)' }), {}, 'claude (cli) answers (for 3 min)'],
  [
    'a base that was left alone',
    taskIn('completed', {
      end: { type: 'task.completed', reason: 'done', class: '', at: now },
      outcome: {
        branch: 'cortex/task-1',
        merged: false,
        remark: 'type this',
        files: [],
        usage: noUsage,
        durations: {},
        handoffs: 0,
        attempts: 1,
      },
    }),
    {},
    'done: branch cortex/task-1; type this',
  ],
  ['done is done', taskIn('completed', { end: { type: 'task.completed', reason: 'done', class: '', at: now } }), {}, 'done'],
  [
    'failed says why',
    taskIn('failed', { end: { type: 'task.failed', reason: 'ann rejected the plan', class: '', at: now } }),
    {},
    'failed: ann rejected the plan',
  ],
  [
    'escalated says why',
    taskIn('escalated', { end: { type: 'task.escalated', reason: 'no agent', class: '', at: now } }),
    {},
    'escalated: no agent',
  ],
  [
    'cancelled says by whom',
    taskIn('cancelled', { end: { type: 'task.cancelled', reason: 'cancelled by ann', class: '', at: now } }),
    {},
    'cancelled: cancelled by ann',
  ],
  ['without the bus everything open is held', taskIn('coding'), { busAway: true }, 'held: the bus is away'],
  [
    'a function that waits for another try says why',
    taskIn('planning'),
    { running: [{ fn: 'ask-cli', story: 'task-x', since: now, attempt: 2, held: 'overloaded; next try in 5 s' }] },
    'held: ask-cli tries again: overloaded; next try in 5 s',
  ],
  ['a question that is the next one in the browser lane is nothing special', taskIn('planning'), lane(0), 'claude plans (for 3 min)'],
  [
    'a question says how many stand before it in the browser lane',
    taskIn('planning'),
    lane(2),
    'claude plans (for 3 min); 2 questions stand before it in the browser lane',
  ],
  [
    'a question in a lane that is held says why and how it is opened',
    taskIn('planning'),
    lane(1, { state: 'auth_required', reason: 'signed out' }),
    'claude plans (for 3 min); 1 question stands before it in the browser lane; the browser lane is held (auth required: signed out): cortex login',
  ],
  [
    'a task that has no question in the browser lane is not concerned by it',
    taskIn('planning'),
    lane(undefined, { state: 'degraded', reason: 'blank' }),
    'claude plans (for 3 min)',
  ],
]

for (const [rule, task, more, sentence] of sentences) test(rule, () => assert.equal(plainly(whyWaiting(task, around(more))), sentence))

test('every phase whose sentence depends on the task has it here', () => {
  const told = new Set(sentences.map(([, { phase }]) => phase))
  assert.deepEqual(
    Phases.filter((phase) => !isTold(phase) && !told.has(phase)),
    [],
  )
})

test('the trouble of a lane is its state, its reason, and either its time or what a person can do', () => {
  const until = '2026-01-01T12:30:00.000Z'
  const trouble = (state: Parameters<typeof laneTrouble>[0]['state']): string => plainly(laneTrouble({ state, reason: 'why', until }))
  assert.equal(trouble('ready'), '')
  assert.equal(trouble('rate_limited'), `; the browser lane is held (rate limited: why) until ${until}`)
  assert.equal(trouble('auth_required'), '; the browser lane is held (auth required: why): cortex login')
  assert.equal(trouble('challenge'), '; the browser lane is held (challenge: why): answer it in the browser window')
  assert.equal(laneTrouble({ state: 'unknown', reason: 'no report yet' }), '; the browser lane is held (unknown: no report yet)')
})

const pause = (fn: string, holds: boolean) => ({ fn, holds, by: 'ada', since: ago(5), reason: 'a bad deploy' })

test('a task whose next function is paused says who paused it and what ends that', () => {
  const coding = taskIn('coding', { rounds: [{ attempt, findings: [] }] })
  const held = `held: write-code is paused by ada since ${ago(5)} (a bad deploy): cortex resume write-code`
  assert.equal(plainly(whyWaiting(coding, around({ pauses: [pause('judge-review', false), pause('write-code', true)] }))), held)
  assert.equal(whyWaiting(coding, around({ pauses: [pause('write-code', false)] })), 'claude writes code (attempt 2, for 3 min)')
})

test('what waits for a place or for other tasks is held by who decides on that, whatever message comes', () => {
  assert.match(whyWaiting(taskIn('queued'), around({ pauses: [pause('dispatch-tasks', false)] })), /^held: dispatch-tasks is paused by ada/)
  assert.match(whyWaiting(taskIn('blocked'), around({ pauses: [pause('unblock-tasks', false)] })), /^held: unblock-tasks is paused by ada/)
})

test('a closed door is told beside what the task does', () => {
  const why = whyWaiting(taskIn('planning'), around({ pauses: [pause('admit', false)] }))
  assert.match(why, /^claude plans .*; nothing that is asked for is decided: admit is paused by ada/)
})
