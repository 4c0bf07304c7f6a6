import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../../../../domain/fact.ts'
import { changedBy, changesBy } from '../../../../gateway/surfaces/mcp/changes.ts'

const blob = { bucket: 'BLOBS', key: 'k', bytes: 1, sha256: 'a'.repeat(64), contentType: 'text/plain' }
const fact = (type: string, data: object = {}): Fact =>
  ({ id: 'e', type, subject: 'task-1', source: 'test', time: '', sequence: 1, data }) as unknown as Fact // what the rule reads
const parts = (one: Fact): string[] => changedBy(one).map((uri) => uri.replace('cortex://tasks/task-1/', ''))

test('every fact changes status and story, a draft the plan, written code the diff, and what left a log the logs', () => {
  assert.deepEqual(parts(fact('task.created')), ['status', 'story'])
  assert.deepEqual(parts(fact('plan.drafted', { plan: blob })), ['status', 'story', 'plan'])
  assert.deepEqual(parts(fact('code.written', { diff: blob, log: blob, agent: 'alder' })), ['status', 'story', 'diff', 'logs'])
})

test('a listener hears of changes until it has enough', () => {
  const facts: ((fact: Fact) => void)[] = []
  const follow = changesBy((listener) => facts.push(listener))
  const heard: string[] = []
  const forget = follow((uri) => heard.push(uri))
  for (const tell of facts) tell(fact('task.created'))
  forget()
  for (const tell of facts) tell(fact('task.routed'))
  assert.deepEqual(heard, ['cortex://tasks/task-1/status', 'cortex://tasks/task-1/story'])
})
