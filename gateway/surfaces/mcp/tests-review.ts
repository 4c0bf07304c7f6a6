import type { CallToolResult } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { RequestFault } from '../../../bus/define-service.ts'
import { line } from '../../../domain/words/plain.ts'
import type { StatusAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'
import { answered } from './tool-answer.ts'

/** The second gate at an MCP client: a change of the tests, which a person may let be judged by its own. */

export const TestsDecision = z.object({
  decision: z.enum(['approve', 'not now']).describe('Approve lets this change be judged by its own tests'),
  comment: z.string().max(2000).optional().describe('Why'),
})

export interface WaitingTests {
  readonly id: string
  readonly hash: string
  readonly title: string
  readonly reason: string
  readonly changes: readonly string[]
}

/** The change of the tests that a task waits with; undefined where it does not. Throws `RequestFault` where another one is meant. */
export const waitingTests = (
  { id, title, detail, yardstick }: StatusAnswer,
  { task_id, plan_hash }: { readonly task_id: string; readonly plan_hash?: string | undefined },
): WaitingTests | undefined => {
  if (!yardstick) return undefined
  if (plan_hash !== undefined && plan_hash !== yardstick.hash)
    throw new RequestFault(409, [`${task_id} waits with a change of its tests whose hash is ${yardstick.hash}`])
  return { id, hash: yardstick.hash, title, reason: detail, changes: yardstick.changes }
}

/** What the person is asked. Pure. */
export const testsQuestion = ({ id, hash, title, reason, changes }: WaitingTests): string =>
  [
    'Shall this change be judged by its own tests?',
    `Task: ${line(title)} (${id})`,
    '',
    line(reason).slice(0, 2000),
    ...(changes.length > 0 ? ['It touches:', ...changes.map((change) => `- ${line(change)}`)] : []),
    `All of it: cortex://tasks/${id}/diff`,
    '',
    `Hash of the change: ${hash}`,
  ].join('\n')

/** For clients that cannot ask: what is waited with, and how a person decides. */
export const showTests = (tests: WaitingTests): CallToolResult => {
  const next = `This client cannot ask its person. Show them this and the diff; only when they accept it, call cortex_approve_plan with task_id "${tests.id}" and plan_hash "${tests.hash}".`
  return answered(
    { task_id: tests.id, plan_hash: tests.hash, changes: tests.changes, decision: 'none', next },
    `${testsQuestion(tests)}\n\n${next}`,
  )
}

/** Approves the very change that was shown, where an accepted form says so; anything else decides nothing. */
export const decideOnTests = async (
  operations: Operations,
  { id, planHash }: { readonly id: string; readonly planHash: string },
  { action, content }: { readonly action: string; readonly content?: unknown },
): Promise<CallToolResult> => {
  const read = action === 'accept' ? TestsDecision.safeParse(content).data : undefined
  const said = { task_id: id, plan_hash: planHash }
  if (read?.decision !== 'approve')
    return answered({ ...said, decision: 'none', message: `Nothing was decided: ${id} still waits for a person` })
  const reason = read.comment?.trim()
  const { outcome } = await operations.approve({ id, planHash, ...(reason ? { reason } : {}) })
  return answered({ ...said, decision: 'approved', outcome, message: `The person lets the change of ${id} be judged by its own tests` })
}
