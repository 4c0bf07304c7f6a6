import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly, withChatSteps, withSteps } from '../../../bus/next-steps.ts'
import { laneTrouble } from '../../../domain/words/why-waiting.ts'
import { reasonFor } from '../../../functions/escalation/notify-person.ts'
import { whyUnpaid } from '../../../functions/planning/judge-base.ts'
import { recommend } from '../../../gateway/surfaces/operator/recommend.ts'
import { atTheGate, baseBroken, created, fact, opened, routed, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { factsOf } from '../../support/stories.ts'

const typed = (step: string): string => `HERE ${step}`
const broken = given(created(), routed({ gate: 'automatic' }), baseBroken()).task()
const unpaid = whyUnpaid(broken)?.reason ?? ''

const toldAtGate = (one: Parameters<typeof storyOf>[1], story = given(atTheGate()).task()): string => {
  const event = factsOf(storyOf('task-1', one))[0]
  return (event && reasonFor(event as Parameters<typeof reasonFor>[0], story)) ?? ''
}

test('a person who is called reads every step as it is typed on the machine', () => {
  const expiresAt = '2026-01-02T10:00:00.000Z'
  const gate = toldAtGate(opened())
  assert.match(withSteps(gate, typed), /: HERE cortex plan task-1, then HERE cortex approve task-1$/)
  const planHash = given(atTheGate()).task().gate?.planHash ?? ''
  const reminded = toldAtGate(fact('gate.reminded', { planHash, expiresAt }))
  assert.match(withSteps(reminded, typed), /: HERE cortex approve task-1$/)
  const lane = toldAtGate(
    fact('lane.changed', { lane: 'browser', state: 'auth_required', reason: 'it says (cortex login)', site: 'chatgpt' }),
  )
  assert.match(withSteps(lane, typed), /\(it says \(cortex login\)\): HERE cortex login$/)
  assert.match(withSteps(unpaid, typed), /`HERE cortex retry task-1`, .*`HERE cortex retry task-1 --mend-base`/)
})

test('in a chat a step is the word that the chat knows for it, else what is typed on the machine', () => {
  assert.match(withChatSteps(unpaid, typed), /mend it and `retry task-1`, .*`retry task-1 --mend-base`/)
  assert.match(withChatSteps(toldAtGate(opened()), typed), /: HERE cortex plan task-1, then approve task-1$/)
  const login = laneTrouble({ state: 'auth_required', reason: 'signed out' })
  assert.equal(withChatSteps(login, typed), plainly(login).replace('cortex login', 'HERE cortex login'))
})

test('what is recommended says the steps that can be typed', () => {
  const now = new Date('2026-01-01T00:00:00.000Z')
  const letter = { number: 3, function: 'review', at: now.toISOString(), attempts: 2, reason: 'cortex up' }
  const workload = { agents: [], events: [{ type: 'task.escalated', events: 2 }] }
  const system = { lane: undefined, open: { gate: 1 } }
  const seen = { functions: [], system, deadLetters: [letter], workload, since: now, now }
  const all = recommend(seen as unknown as Parameters<typeof recommend>[0]).map(({ recommendation }) => withSteps(recommendation, typed))
  assert.match(all[0] ?? '', /because cortex up: mend that, then HERE cortex dead redrive 3$/)
  assert.match(all[1] ?? '', /escalated: HERE cortex list --status failed names/)
  assert.match(all[2] ?? '', /at the gate: HERE cortex list --status in_progress names/)
})
