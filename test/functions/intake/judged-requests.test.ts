import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly } from '../../../bus/next-steps.ts'
import { isJobRequest } from '../../../functions/intake/job-requests.ts'
import { judgeRequest, type Rules } from '../../../functions/intake/requests.ts'
import {
  approved,
  atTheGate,
  cancelled,
  coding,
  completed,
  created,
  doubtApproved,
  doubted,
  doubtHash,
  drafted,
  escalated,
  type Facts,
  failed,
  finishing,
  passed,
  planHash,
  planning,
  questioned,
  reviewing,
  round,
  scanned,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { own, read, rules, said } from './request-setting.ts'

const judged = (facts: Facts, type: string, body: object = {}, around = rules): string => {
  const asked = read(
    type,
    { id: 'task-1', ...body },
    { ...own, body: JSON.stringify({ id: 'task-1', channel: 'cli', by: 'ada', ...body }) },
  )
  if (asked.type === 'task.created' || isJobRequest(asked)) throw new Error('creations are judged otherwise')
  const ruling = judgeRequest(asked, given(facts).task(), around)
  return ruling.kind === 'accept' ? `accept ${ruling.planHash?.slice(0, 6) ?? ''}`.trim() : plainly(said(ruling))
}
const mine = `accept ${planHash.slice(0, 6)}`
const other = 'f'.repeat(64)

const decisions: readonly [rule: string, facts: Facts, type: string, body: object, expected: string | RegExp][] = [
  ['an approval without a hash means the plan at the open gate', atTheGate(), 'plan.approved', {}, mine],
  ['an approval may name the plan at the open gate', atTheGate(), 'plan.approved', { planHash }, mine],
  [
    'an approval of another plan than the one that waits is refused',
    atTheGate(),
    'plan.approved',
    { planHash: other },
    /the plan that waits is .*look at it again/,
  ],
  ['an approval by hash may not come before its gate opens', [planning(), drafted()], 'plan.approved', { planHash }, /is not open yet/],
  ['an approval without a hash may not come before the gate opens', planning(), 'plan.approved', {}, /is not open yet/],
  [
    'an approval of a plan that is made anew is refused',
    [atTheGate(), questioned('why')],
    'plan.approved',
    { planHash },
    /changes were asked for in this plan/,
  ],
  ['a rejection may not come before the gate opens', planning(), 'plan.rejected', { planHash }, /is not open yet/],
  ['neither may a wish for changes', planning(), 'plan.questioned', { planHash, reason: 'why' }, /is not open yet/],
  ['the same approval again is the same', [atTheGate(), approved()], 'plan.approved', {}, 'repeated'],
  ['also after work has begun', [coding(), round()], 'plan.approved', { planHash }, 'repeated'],
  ['an approved plan is not rejected any more', [atTheGate(), approved()], 'plan.rejected', {}, /is approved already; cancel the task/],
  ['an approved plan is not questioned any more', [atTheGate(), approved()], 'plan.questioned', { reason: 'why' }, /is approved already/],
  ['a plan at the gate may be rejected', atTheGate(), 'plan.rejected', {}, mine],
  ['a plan at the gate may be questioned', atTheGate(), 'plan.questioned', { reason: 'use integers' }, mine],
  ['while it is planned again no hash means no plan', [atTheGate(), questioned('why')], 'plan.approved', {}, /is not open yet/],
  [
    'once code is written no other plan can be approved',
    [coding(), round()],
    'plan.approved',
    { planHash: other },
    /no plan of task-1 waits: it is coding/,
  ],
  ['a task that has ended takes no decision', [atTheGate(), failed()], 'plan.approved', {}, /has ended already: failed/],
  ['a channel that is not named takes no decision', atTheGate(), 'plan.approved', { channel: 'service' }, /not taken from "service"/],
  ['a task that does not exist takes no decision', [], 'plan.approved', {}, 'there is no task task-1'],
]
for (const [rule, facts, type, body, expected] of decisions)
  test(rule, () =>
    typeof expected === 'string' ? assert.equal(judged(facts, type, body), expected) : assert.match(judged(facts, type, body), expected),
  )

test('where agents run without a sandbox no decision is taken from who proved nothing, and it is said what to type', () => {
  const unsandboxed: Rules = { projects: ['shop'], unconfined: 'bwrap was not found' }
  for (const channel of ['service', 'local', 'nats'])
    for (const [type, body] of [['plan.approved'], ['plan.rejected'], ['plan.questioned', { reason: 'why' }]] as const) {
      const refused = judged(atTheGate(), type, { ...body, channel }, unsandboxed)
      assert.match(refused, /without a sandbox \(bwrap was not found\)/)
      assert.match(refused, new RegExp(`type "cortex approve task-1" on this machine, or .*"${channel}" in \\[gate\\] channels`))
      assert.equal(judged(atTheGate(), type, { ...body, channel }, { ...unsandboxed, gateChannels: [channel] }), mine)
      assert.equal(judged(atTheGate(), type, { ...body, channel }, { ...unsandboxed, unconfined: null }), mine)
    }
  for (const channel of ['cli', 'gateway', 'chat', 'webhook', 'mcp', 'demo'])
    assert.equal(judged(atTheGate(), 'plan.approved', { channel }, unsandboxed), mine)
})

const requests: readonly [rule: string, facts: Facts, type: string, body: object, expected: string | RegExp][] = [
  ['an open task can be cancelled at any stage', reviewing(), 'task.cancelled', {}, 'accept'],
  [
    'a task that is being delivered cannot be cancelled any more',
    [reviewing(), finishing()],
    'task.cancelled',
    {},
    /being delivered to branch cortex\/task-1; it is too late/,
  ],
  ['the same cancellation again is the same', [created(), cancelled()], 'task.cancelled', {}, 'repeated'],
  ['a task that is done cannot be cancelled', [created(), completed()], 'task.cancelled', {}, /has ended already: completed/],
  ['a task that needs a person can be given up', [created(), escalated()], 'task.cancelled', {}, 'accept'],
  ['a running task cannot be retried', coding(), 'task.retried', {}, /has not ended \(coding\); cancel it first, or wait/],
  ['a task that is done is not retried', [created(), completed()], 'task.retried', {}, /create a new task for more/],
  ['a failed task can be retried', [created(), failed()], 'task.retried', { guidance: 'smaller' }, 'accept'],
  ['an escalated task can be retried', [created(), escalated()], 'task.retried', {}, 'accept'],
  ['a cancelled task can be retried', [created(), cancelled()], 'task.retried', {}, 'accept'],
  ['what a spent budget escalated is not resumed', [coding(), escalated()], 'task.resumed', { function: 'write-code' }, /retry it instead/],
  [
    'a task that a function gave up on can be resumed',
    [coding(), escalated('it gave up', 'function_failed')],
    'task.resumed',
    { function: 'write-code' },
    'accept',
  ],
  ['an open task needs no resuming', coding(), 'task.resumed', { function: 'write-code' }, 'repeated'],
  [
    'a change of the tests is approved by its hash',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    { planHash: doubtHash },
    'accept dddddd',
  ],
  [
    'who approved a plan has not approved a change of the tests',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    {},
    /waits with a change of its tests, d{64}; look at it/,
  ],
  [
    'nor has who names the plan',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    { planHash },
    /waits with a change of its tests/,
  ],
  [
    'a change of the tests that was given up is approved no more',
    [reviewing(), passed(), scanned(), doubted(), cancelled()],
    'plan.approved',
    { planHash: doubtHash },
    /has ended already/,
  ],
  [
    'the same approval again is the same',
    [reviewing(), passed(), scanned(), doubted(), doubtApproved()],
    'plan.approved',
    { planHash: doubtHash },
    'repeated',
  ],
  ['another priority is accepted', [created()], 'task.reprioritised', { priority: 1 }, 'accept'],
  ['the same priority is no news', [created()], 'task.reprioritised', { priority: 5 }, 'repeated'],
  ['a task that has ended has no priority', [created(), failed()], 'task.reprioritised', { priority: 1 }, /has ended already/],
  ['what is no task cannot be asked for anything', [], 'task.cancelled', {}, 'there is no task task-1'],
]
for (const [rule, facts, type, body, expected] of requests)
  test(rule, () =>
    typeof expected === 'string' ? assert.equal(judged(facts, type, body), expected) : assert.match(judged(facts, type, body), expected),
  )
