import { RequestFault } from '../../../../bus/define-service.ts'
import type { StatusAnswer } from '../../../../gateway/answers.ts'
import type { Operations } from '../../../../gateway/operations.ts'

interface Decision {
  readonly kind: string
  readonly id: string
  readonly planHash?: string | undefined
  readonly reason?: string | undefined
  readonly wish?: string | undefined
}

export const planHash = 'a1'.repeat(32)
export const storedPlan = JSON.stringify({
  summary: 'Multiply the price by the quantity',
  steps: [{ description: 'Multiply in total()', file: 'src/cart.js', rationale: 'it is forgotten there' }],
  files_to_modify: ['src/cart.js'],
  acceptance_criteria: ['the total counts every piece'],
  estimated_complexity: 'low',
  risk_assessment: 'none',
})

/** One task whose plan waits, as the operations show it, and what was decided on it. */
export const stubCortex = () => {
  const state = {
    hash: planHash,
    phase: 'gate',
    /** The hash of the change of its tests that a person must look at. */
    doubt: undefined as string | undefined,
    /** How often the story was asked for. */
    looks: 0,
    /** The fact with which the task is completed. */
    endsAt: 5,
    decisions: [] as Decision[],
    created: [] as unknown[],
  }
  const known = (id: string): void => {
    if (id !== 'task-1') throw new RequestFault(404, [`there is no task ${id}`])
  }
  const status = (id: string): StatusAnswer => {
    known(id)
    const waits = state.phase === 'gate'
    return {
      id,
      title: 'Count every piece',
      status: state.phase === 'completed' ? 'completed' : 'in_progress',
      phase: state.phase,
      detail: '',
      waiting_for: waits ? ['approval'] : [],
      why: '',
      category: 'development',
      priority: 5,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
      plan_hash: state.hash,
      ...(state.doubt ? { yardstick: { hash: state.doubt, changes: ['test/cart.test.js emptied (+0 -9)'] } } : {}),
      plan_revision: 1,
      files: [],
      findings: [],
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      durations: {},
    }
  }
  const decide = (kind: string, phase: string) => async (decision: Omit<Decision, 'kind'>) => {
    if (decision.planHash !== (state.doubt ?? state.hash)) throw new RequestFault(409, [`the plan that waits is ${state.hash}`])
    state.decisions.push({ kind, ...decision })
    state.phase = phase
    return { id: decision.id, outcome: `plan.${kind}` }
  }
  const event = (sequence: number, type: string) => ({
    id: `${sequence}`,
    type,
    subject: 'task-1',
    source: 'test',
    time: '',
    sequence,
    data: {},
  })
  const operations: Partial<Operations> = {
    submit: async (task) => {
      state.created.push(task)
      return {
        id: `task-chat-${state.created.length}`,
        sequence: state.created.length,
        created_at: '2026-01-01T00:00:00.000Z',
        repeated: false,
      }
    },
    status: async ({ id }) => status(id),
    list: async () => {
      const { title, phase, ...row } = status('task-1')
      return {
        tasks: [{ id: 'task-1', title, phase, status: row.status, priority: 5, createdAt: row.created_at, updatedAt: row.updated_at }],
      }
    },
    // Two pieces, as of a long one.
    plan: async ({ id, offset = 0 }) => {
      known(id)
      const [text, next] = offset === 0 ? [storedPlan.slice(0, 40), 40] : [storedPlan.slice(40), undefined]
      return { id, plan_hash: state.hash, revision: 1, waits: state.phase === 'gate', text, offset, length: storedPlan.length, next }
    },
    diff: async ({ id }) => {
      known(id)
      throw new RequestFault(404, [`${id} has no change yet`])
    },
    // First what has happened already, then one fact at a time.
    story: async ({ id, after = -1, waitMs = 0 }) => {
      known(id)
      state.looks += 1
      if (after < 0) return { events: [event(1, 'task.created')], after: 1, more: true, status: status(id) }
      if (after < 2) return { events: [event(2, 'task.started')], after: 2, more: false, status: status(id) }
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, 20)))
      if (after + 1 >= state.endsAt) state.phase = 'completed'
      return { events: [event(after + 1, `code.step-${after + 1}`)], after: after + 1, more: false, status: status(id) }
    },
    logs: async () => ({ id: 'task-1', logs: [], number: 1, text: 'all is well', offset: 0, length: 11 }),
    approve: decide('approved', 'execution'),
    reject: decide('rejected', 'failed'),
    question: decide('questioned', 'planning'),
    system: async () => {
      throw new Error('the password is hunter2')
    },
  }
  return { state, operations }
}
