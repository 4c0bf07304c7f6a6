import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evolve } from '../../domain/evolve.ts'
import { checks, phaseOfStep } from '../../domain/phases.ts'
import { initialTask, type Task } from '../../domain/task.ts'
import {
  answered,
  approved,
  atTheGate,
  BASE,
  baseBroken,
  baseChecked,
  blocked,
  cancelled,
  codeFailed,
  coding,
  completed,
  created,
  dodFailed,
  doubtApproved,
  doubted,
  drafted,
  escalated,
  type Facts,
  fact,
  failed,
  finishing,
  type Given,
  HEAD,
  opened,
  passed,
  planHash,
  planning,
  questioned,
  reached,
  recheck,
  refused,
  rejected,
  reprioritised,
  requested,
  resumed,
  retried,
  reviewing,
  round,
  routed,
  scanFailed,
  scanned,
  started,
  TREE,
  unanswered,
  unavailable,
  verified,
  written,
} from '../support/facts.ts'
import { given } from '../support/given.ts'
import { factsOf } from '../support/stories.ts'

const task = (...facts: Facts): Task => given(...facts).task()

const phaseAfter = (...facts: Facts): string => task(...facts).phase

const road: readonly [fact: Given, phase: string][] = [
  [created(), 'created'],
  [blocked('task-0'), 'blocked'],
  [routed(), 'queued'],
  [started('plan'), 'trying'],
  [baseChecked(), 'planning'],
  [requested(), 'planning'],
  [drafted(), 'planning'],
  [opened(), 'gate'],
  [approved(), 'gate'],
  [started('code'), 'coding'],
  [round(), 'coding'],
  [written(), 'reviewing'],
  [passed(), phaseOfStep(checks[0]!)],
  ...checks.slice(1).map((check): [Given, string] => [reached(check), phaseOfStep(check)]),
  [reached('finish'), 'finishing'],
  [finishing(), 'finishing'],
  [completed(), 'completed'],
]

test('a task goes from created to completed, one phase after the other', () => {
  const facts = road.map(([fact]) => fact)
  assert.deepEqual(
    road.map((_, index) => phaseAfter(...facts.slice(0, index + 1))),
    road.map(([, phase]) => phase),
  )
})

test('a task that an older version began, which looked at no base, is planned since its plan was asked for', () => {
  const began = task(planning())
  assert.deepEqual([began.phase, began.base, began.phases.at(-1)?.phase], ['planning', undefined, 'planning'])
  assert.equal(task(created(), routed(), started(), baseBroken()).base?.outcome, 'failed')
})

test('what was seen of the base belongs to its run; a retry may say that the task mends it', () => {
  const again = task(created(), routed(), started(), baseBroken(), escalated(), retried('', { mendBase: true }))
  assert.deepEqual([again.base, again.mendsBase, again.created], [undefined, true, task(created()).created])
  assert.equal(task(created(), escalated(), retried()).mendsBase, false)
})

test('a question goes from its place to its answer', () => {
  assert.equal(phaseAfter(created(), routed({ workflow: 'answer' }), started('answer')), 'answering')
})

test('the guard’s sequence is that of the last fact, also of one that means nothing to the task', () => {
  assert.equal(task(created(), fact('notification.sent', { about: 'x', channels: [], reason: 'x' })).sequence, 2)
  assert.equal(task(created(), failed(), codeFailed()).sequence, 3)
})

test('a task that needs a person can be given up, and be tried again after that', () => {
  const given = task(coding(), round(), escalated(), cancelled('bob'))
  assert.deepEqual([given.phase, given.end?.reason, given.end?.class], ['cancelled', 'cancelled by bob', 'cancelled'])
  assert.equal(phaseAfter(coding(), round(), escalated(), cancelled('bob'), retried()), 'created')
})

for (const end of [completed(), failed(), escalated(), cancelled()])
  test(`after ${end.type} every fact is ignored but for the two that open the task again`, () => {
    const ended = task(coding(), round(), end)
    const later = [
      routed(),
      started('code'),
      round({ n: 2 }),
      written(),
      rejected(),
      dodFailed(),
      reprioritised(1),
      ...(end.type === 'task.escalated' ? [] : [cancelled('bob')]),
      failed('other'),
      opened(),
      approved(),
    ]
    const still = factsOf([coding(), round(), end, later]).reduce(evolve, initialTask('task-1'))
    assert.deepEqual({ ...still, sequence: 0 }, { ...ended, sequence: 0 })
    assert.equal(phaseAfter(coding(), round(), end, retried()), 'created')
    assert.equal(phaseAfter(coding(), round(), end, resumed()), 'coding')
  })

test('the end says of what kind it was, why and when', () => {
  assert.deepEqual(task(created(), escalated('circles')).end, {
    type: 'task.escalated',
    reason: 'circles',
    class: 'attempts',
    at: '2026-01-01T10:00:01.000Z',
  })
  assert.equal(task(created(), cancelled('ada')).end?.reason, 'cancelled by ada')
})

test('a retried task forgets its plan and its code, and keeps its wish, its cost and all guidance', () => {
  const again = task(reviewing(), escalated(), retried('smaller'), failed(), retried('use integers'), failed(), retried())
  assert.deepEqual(
    [again.plan, again.head, again.routed, again.workspace, again.end, again.gate, again.finishing],
    Array.from({ length: 7 }),
  )
  assert.deepEqual([again.rounds, again.approvals, again.planRevision], [[], [], 0])
  assert.deepEqual(
    [again.created?.title, again.run, again.guidance, again.usage.inputTokens],
    ['Fix the total', 3, ['smaller', 'use integers'], 100],
  )
})

test('a retry keeps the priority a person gave', () => assert.equal(task(created(), reprioritised(1), failed(), retried()).priority, 1))

test('retrying or resuming an open task changes nothing', () => {
  const open = task(coding())
  for (const again of [retried('x'), resumed()]) {
    const { sequence: _, updatedAt: __, ...rest } = task(coding(), again)
    const { sequence: ___, updatedAt: ____, ...before } = open
    assert.deepEqual(rest, before)
  }
})

test('a change of the tests that a person approved is verified again, and no other opens the task', () => {
  const verifying = [reviewing(), passed(), scanned()]
  const { judged, ...again } = task(verifying, doubted(), doubtApproved())
  assert.deepEqual(
    [again.phase, again.end, again.doubt, again.doubtApproved?.by, judged],
    ['verifying', undefined, undefined, 'ada', undefined],
  )
  assert.equal(again.head?.sha, HEAD)
  assert.equal(phaseAfter(verifying, doubted(), doubtApproved('e'.repeat(64))), 'escalated')
  assert.equal(phaseAfter(verifying, escalated(), doubtApproved()), 'escalated')
  assert.equal(phaseAfter(verifying, doubted(), cancelled(), doubtApproved()), 'cancelled')
})

test('a resumed task goes on with its rounds, its code and its plan', () => {
  const again = task(reviewing(), escalated(), resumed())
  assert.deepEqual([again.phase, again.rounds.length, again.head?.sha, again.end], ['reviewing', 1, HEAD, undefined])
  assert.equal(phaseAfter(reviewing(), escalated(), resumed(), escalated(), resumed()), 'reviewing')
})

test('a second creation changes nothing', () =>
  assert.equal(task(created(), created({ title: 'Another' })).created?.title, 'Fix the total'))

test('wishes close the gate and give the planner a new chance', () => {
  const asked = task(planning(), refused('no JSON'), drafted(), opened(), questioned('use integers'))
  assert.deepEqual([asked.phase, asked.gate, asked.wishes, asked.planRefusals], ['planning', undefined, ['use integers'], []])
})

test('refused answers add up until there is a plan', () => {
  assert.deepEqual(task(planning(), refused('a'), refused('b')).planRefusals, [['a'], ['b']])
  assert.deepEqual(task(planning(), refused('a'), drafted()).planRefusals, [])
})

test('the plan’s commit is the workspace of the plan and of nothing else', () => {
  const review = requested({ purpose: 'review', workspace: { project: 'shop', sha: HEAD } })
  assert.equal(task(reviewing(), review).workspace?.sha, BASE)
})

const closings: readonly [fact: Given, outcome: string, findings: string[]][] = [
  [codeFailed(), 'code.failed', ['it changed nothing']],
  [rejected('a'), 'review.rejected', ['a']],
  [scanFailed('b'), 'scan.failed', ['b']],
  [dodFailed('c'), 'dod.failed', ['c']],
  [verified(), 'passed', []],
]

for (const [fact, outcome, findings] of closings)
  test(`a round ends by ${fact.type} with what it found, and the rounds before stay`, () => {
    const { rounds } = task(coding(), round(), rejected('before'), round({ handoff: 1 }), fact)
    assert.deepEqual([rounds.length, rounds[0]?.outcome, rounds[1]?.outcome], [2, 'review.rejected', outcome])
    assert.deepEqual(
      rounds[1]?.findings.map(({ problem }) => problem),
      findings,
    )
  })

test('silence of a reviewer is forgotten with new code', () => {
  assert.deepEqual(task(reviewing(), unavailable('codex'), unavailable('gemini')).silentReviewers, ['codex', 'gemini'])
  assert.deepEqual(task(reviewing(), unavailable('codex'), rejected(), round(), written()).silentReviewers, [])
})

test('every call is paid for, answered or not', () => {
  const paid = task(created(), answered('plan', 'x'), unanswered('plan'), round(), written(), codeFailed(), answered('review', 'x'))
  assert.deepEqual([paid.usage.inputTokens, paid.usage.outputTokens], [500, 50])
})

test('who is waited for is said while it is so', () => {
  assert.equal(task(planning()).working, 'claude')
  assert.equal(task(planning(), fact('cli.asked', { ...requested().data, job: 'job-1', lane: 'cli' })).working, 'claude (cli)')
  assert.equal(task(planning(), answered('plan', 'x')).working, undefined)
  assert.equal(task(coding(), round({ implementer: 'codex' })).working, 'codex')
  assert.equal(task(reviewing(), cancelled()).working, undefined)
})

test('the fold changes nothing it was given', () => {
  const facts = factsOf([reviewing(), rejected(), round({ handoff: 1 }), written(), escalated(), retried()])
  const frozen = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
    return value
  }
  assert.equal(facts.map(frozen).reduce((state, one) => frozen(evolve(state, one)), frozen(initialTask('task-1'))).phase, 'created')
})

test('a round that only repeats a check is in that check’s phase, with the code as it is', () => {
  const broken = [reviewing(), passed(), scanned(), dodFailed('no disk', 'infrastructure')]
  assert.deepEqual([phaseAfter(broken, recheck('scan')), phaseAfter(broken, recheck('dod'))], ['scanning', 'verifying'])
  assert.deepEqual([task(broken, recheck('dod')).head?.sha, task(broken, recheck('dod')).working], [HEAD, undefined])
})

test('once a plan is approved or carried out, no other plan takes its place and no gate opens', () => {
  const other = drafted('Another plan', 2)
  for (const settled of [[atTheGate(), approved()], reviewing()]) {
    const after = task(settled, other, opened(other.data.planHash))
    assert.deepEqual(
      [after.plan?.planHash, after.phase, after.gate?.planHash],
      [planHash, task(settled).phase, task(settled).gate?.planHash],
    )
  }
})

test('a plan that nobody approved yet is replaced by the next one', () =>
  assert.equal(task(atTheGate(), drafted('Another plan', 2)).plan?.summary, 'Another plan'))

test('a timer that an earlier run had set changes nothing in a later one', () => {
  const facts = factsOf([planning(), cancelled(), retried(), routed(), started('plan')])
  const before = facts.reduce((state, one) => evolve(state, one), initialTask('task-1'))
  const [timer] = factsOf([requested({ workspace: { project: 'shop', sha: HEAD } })])
  const late = { ...timer!, id: 'late', sequence: 50 }
  assert.equal(evolve(before, { ...late, decidedAt: 4 }).workspace, undefined)
  assert.equal(evolve(before, { ...late, decidedAt: 4 }).sequence, 50)
  assert.equal(evolve(before, { ...late, decidedAt: 8 }).workspace?.sha, HEAD)
})

test('it is kept who passed the present head, and what they saw; new code has passed nothing', () => {
  const { evidence } = task(reviewing(), passed(), scanned())
  const saw = { sha: HEAD, tree: TREE }
  assert.deepEqual(
    [evidence.review?.by, evidence.review?.saw, evidence.scan],
    ['judge-review', saw, { by: 'scan-code', saw, blobs: undefined }],
  )
  assert.deepEqual(task(reviewing(), passed(), scanned(), recheck('dod')).evidence, evidence)
  assert.deepEqual(task(reviewing(), passed(), scanned(), dodFailed(), round({ n: 2 }), written()).evidence, {})
})

test('a review that is done again stands where the review stands', () =>
  assert.deepEqual(
    [phaseAfter(reviewing(), passed(), recheck('review')), task(reviewing(), recheck('review')).head?.sha],
    ['reviewing', HEAD],
  ))
