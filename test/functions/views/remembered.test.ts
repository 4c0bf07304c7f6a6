import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { catalogue, type EventType } from '../../../domain/catalogue/index.ts'
import { changesTheTask } from '../../../domain/evolve.ts'
import { loadViews } from '../../../functions/views/load-views.ts'

const views = await loadViews(join(import.meta.dirname, '../../../functions/views'))
const types = Object.keys(catalogue) as EventType[]
const shown = new Set([...views.values()].flatMap(({ on }) => on))

test('every fact that changes a task, or that a view listens to, is kept for ever', () => {
  const forgotten = types.filter((type) => (changesTheTask(type) || shown.has(type)) && !catalogue[type].remembered)
  assert.deepEqual(
    forgotten,
    [],
    'say `remembered: true` on their entries in domain/catalogue: folds and views would read otherwise after 30 days',
  )
})

test('what nobody needs after an end is not kept', () => {
  const kept = types.filter((type) => catalogue[type].remembered && !changesTheTask(type) && !shown.has(type))
  // `task` is kept as a whole noun, by one filter; who refused a plan and why stands nowhere else; rulebooks are read from their facts.
  const rules = types.filter((type) => type.startsWith('rule.') && catalogue[type].remembered && !shown.has(type))
  assert.deepEqual(kept, ['task.awaited', 'plan.rejected', ...rules])
})
