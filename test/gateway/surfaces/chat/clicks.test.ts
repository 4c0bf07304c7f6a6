import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyValues } from '../../../../bus/key-values.ts'
import { planToken } from '../../../../functions/threads/chat-origin.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import { clickedPlan } from '../../../../gateway/surfaces/chat/clicks.ts'
import { rememberPlan } from '../../../../gateway/surfaces/chat/plan-buttons.ts'

const shown = { task: 'task-1', planHash: 'd'.repeat(64) }
const keep = (): KeyValues => {
  const kept = new Map<string, string>()
  const put = async (key: string, value: string): Promise<number> => kept.set(key, value).size
  return {
    get: async (key) => (kept.has(key) ? { value: kept.get(key) ?? '', revision: 1 } : undefined),
    put,
    create: put,
    update: put,
    delete: async (key) => kept.delete(key),
  }
}

test('a button approves the very plan, or change of the tests, of its card, and says which of them it was', async () => {
  const values = keep()
  await rememberPlan(values, shown)
  const asked: unknown[] = []
  const click = (id: string, outcome: string) => {
    const operations: Partial<Operations> = {
      approve: async (about) => {
        asked.push(about)
        return { id: 'task-1', outcome }
      },
    }
    return clickedPlan(
      { platform: 'slack', action: 'plan_approve', token: planToken(shown.task, shown.planHash), person: { id, name: id, isKnown: true } },
      { values, settings: { people: ['U1'], creators: [] }, operations: () => operations as Operations },
    )
  }
  assert.equal(await click('U1', 'plan.approved'), 'You approved plan dddddddd of `task-1`.')
  assert.equal(await click('U1', 'yardstick.approved'), 'You let the change of `task-1` be judged by its own tests (dddddddd).')
  assert.match(await click('U2', 'plan.approved'), /You may not decide about plans here/)
  assert.deepEqual(asked, [
    { id: 'task-1', planHash: shown.planHash },
    { id: 'task-1', planHash: shown.planHash },
  ])
})
