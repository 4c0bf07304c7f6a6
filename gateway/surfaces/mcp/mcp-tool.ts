import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import { RequestFault } from '../../../bus/define-service.ts'
import { readInput } from '../../carriers.ts'
import type { AnyTool, ToolNeeds } from '../tools/define-tool.ts'
import { runTool } from '../tools/run-tool.ts'
import { askPerson, ReviewInput, type ReviewNeeds, showPlan } from './plan-review.ts'
import { answered } from './tool-answer.ts'
import { WaitInput, waitForTask } from './wait-for-task.ts'

/** A tool as an MCP client sees it. */
export interface McpTool extends Omit<AnyTool, 'handler'> {
  /** `given` is what the client sent. Throws `RequestFault`. */
  readonly run: (given: unknown, context: ServerContext, call: Call) => Promise<CallToolResult | InputRequiredResult>
}

/** Who calls, and with what. */
export interface Call extends ReviewNeeds, ToolNeeds {
  /** The client can put a question before its person. */
  readonly canAsk: boolean
}

/** The shared tools and those that only this protocol has, always in the same order. */
export const mcpTools = (shared: readonly AnyTool[]): readonly McpTool[] => [...shared.map(fromShared), reviewPlan, waitTool]

const fromShared = (tool: AnyTool): McpTool => {
  const plain: McpTool['run'] = async (given, _, call) => answered(await runTool(tool, given, call))
  const ways = { 'by asking': approving, 'by name': withHash }
  return { ...tool, run: tool.decides ? ways[tool.decides](plain) : plain }
}

/** A model must not approve silently: its person is asked where that is possible, elsewhere the exact plan must be named. */
const approving =
  (plain: McpTool['run']): McpTool['run'] =>
  (given, context, call) =>
    call.canAsk ? askPerson(reviewInput(given), context, call) : withHash(plain)(given, context, call)

const withHash =
  (plain: McpTool['run']): McpTool['run'] =>
  async (given, context, call) => {
    if (reviewInput(given).plan_hash === undefined)
      throw new RequestFault(400, ['plan_hash: say which plan the person decided on; cortex_review_plan shows it with its hash'])
    return plain(given, context, call)
  }

/** Of an approval or a rejection, what a review needs. */
const reviewInput = (given: unknown): z.output<typeof ReviewInput> => {
  const { task_id, plan_hash } = Object(given)
  return readInput(ReviewInput, { task_id, plan_hash })
}

const reviewPlan: McpTool = {
  name: 'cortex_review_plan',
  title: 'Let the person decide on a plan',
  description:
    'Puts the plan that waits before the person at this client, who approves it, rejects it or asks for changes; or, of a task that needs a person ' +
    'because its change touches the tests (its status has "yardstick"), that change. Where the client cannot ask, it answers with both and the hash.',
  input: ReviewInput,
  readOnly: false,
  idempotent: false,
  run: (given, context, call) => {
    const input = readInput(ReviewInput, given)
    return call.canAsk ? askPerson(input, context, call) : showPlan(input, call.operations)
  },
}

const waitTool: McpTool = {
  name: 'cortex_wait_for_task',
  title: 'Wait for a task',
  description:
    'Waits until a task has ended or waits for approval, some seconds at most, and answers where it is. Call it again while `waited` is "time".',
  input: WaitInput,
  readOnly: true,
  idempotent: true,
  run: async (given, context, { operations }) => answered(await waitForTask(readInput(WaitInput, given), context, operations)),
}
