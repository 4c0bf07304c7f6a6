import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { RequestFault } from '../../../bus/define-service.ts'
import type { CommandAnswer, StatusAnswer } from '../../answers.ts'
import { declared, type Operations } from '../../operations.ts'
import { anyTaskId } from '../../services/task-id.ts'
import { wholeText } from '../../whole-text.ts'
import { aboutBase, PlanDecision, planInWords, planQuestion } from './plan-question.ts'
import { decideOnTests, showTests, TestsDecision, testsQuestion, waitingTests } from './tests-review.ts'
import { answered, MOST } from './tool-answer.ts'

/** The human gate at an MCP client: the person there is asked, and the answer counts for the plan that was shown only. */

export const ReviewInput = z.strictObject({
  task_id: anyTaskId,
  plan_hash: declared.approve.input.shape.planHash,
})
type ReviewInput = z.infer<typeof ReviewInput>

/** Travels through the client and back, signed: which plan, or which change of the tests, was shown for which task. */
export interface ShownPlan {
  readonly asked: string
  readonly id: string
  readonly planHash: string
  readonly of?: 'tests'
}

export interface ReviewNeeds {
  readonly operations: Operations
  readonly shown: RequestStateCodec<ShownPlan>
  /** Whether the caller may decide on plans at all: nobody is asked in vain. */
  readonly mayApprove: boolean
}

const Capabilities = z.looseObject({ elicitation: z.looseObject({ form: z.unknown(), url: z.unknown() }).partial() })

/** Whether the client said that it can put a form before its person, with the request or, in the older era, at the beginning. */
export const canAsk = ({ mcpReq }: ServerContext, atInitialize: ClientCapabilities | undefined): boolean => {
  const withRequest: unknown = Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY)
  const said = Capabilities.safeParse(withRequest ?? atInitialize)
  // Clients of the first revision that had elicitation name no mode: they know forms only.
  return said.success && (said.data.elicitation.form !== undefined || said.data.elicitation.url === undefined)
}

/** Asks the person at the client, or does what the person has answered. Throws `RequestFault`. */
export const askPerson = async (
  input: ReviewInput,
  context: ServerContext,
  { operations, shown, mayApprove }: ReviewNeeds,
): Promise<CallToolResult | InputRequiredResult> => {
  if (!mayApprove) throw new RequestFault(403, ['this token may not decide on plans: it lacks the scope "approve"'])
  const answer = inputResponse(context.mcpReq.inputResponses, 'decision')
  const before = context.mcpReq.requestState<ShownPlan>()
  if (answer.kind === 'elicit' && before?.asked === input.task_id && (input.plan_hash ?? before.planHash) === before.planHash)
    return before.of === 'tests' ? decideOnTests(operations, before, answer) : decide(operations, before, answer)
  const status = await operations.status({ id: input.task_id })
  const tests = waitingTests(status, input)
  if (tests)
    return inputRequired({
      inputRequests: { decision: inputRequired.elicit({ message: testsQuestion(tests), requestedSchema: TestsDecision }) },
      requestState: await shown.mint({ asked: input.task_id, id: tests.id, planHash: tests.hash, of: 'tests' }, context),
    })
  const { id, planHash, title, text, base } = await waitingPlan(operations, input, status)
  return inputRequired({
    inputRequests: {
      decision: inputRequired.elicit({ message: planQuestion({ id, title }, planHash, text, base), requestedSchema: PlanDecision }),
    },
    requestState: await shown.mint({ asked: input.task_id, id, planHash }, context),
  })
}

/** For clients that cannot ask: the plan, its hash and how a person decides. Throws `RequestFault`. */
export const showPlan = async (input: ReviewInput, operations: Operations): Promise<CallToolResult> => {
  const status = await operations.status({ id: input.task_id })
  const tests = waitingTests(status, input)
  if (tests) return showTests(tests)
  const { id, planHash, title, text, base } = await waitingPlan(operations, input, status)
  const next = `This client cannot ask its person. Show them the plan; only when they accept it, call cortex_approve_plan with task_id "${id}" and plan_hash "${planHash}", else cortex_reject_plan, or cortex_question_plan with what should change.`
  return answered(
    { task_id: id, plan_hash: planHash, plan: JSON.parse(text), ...(base ? { base } : {}), decision: 'none', next },
    [`Plan of ${title} (${id})`, '', planInWords(text), '', ...aboutBase(base), `Plan hash: ${planHash}`, '', next].join('\n'),
  )
}

interface WaitingPlan {
  readonly id: string
  readonly planHash: string
  readonly title: string
  /** As it is stored. */
  readonly text: string
  /** What a person should know of the commit that it starts from. */
  readonly base: string | undefined
}

const waitingPlan = async (
  operations: Operations,
  { plan_hash }: ReviewInput,
  { id, title, phase }: StatusAnswer,
): Promise<WaitingPlan> => {
  const { first, text } = await wholeText((offset) => operations.plan({ id, offset }), MOST)
  if (!first.waits) throw new RequestFault(409, [`no plan of ${first.id} waits for a decision (it is ${phase})`])
  if (plan_hash !== undefined && plan_hash !== first.plan_hash)
    throw new RequestFault(409, [`the plan of ${first.id} has changed meanwhile: the one that waits has the hash ${first.plan_hash}`])
  return { id: first.id, planHash: first.plan_hash, title, text, base: first.base }
}

type Answer = Extract<ReturnType<typeof inputResponse>, { kind: 'elicit' }>

/**
 * Only an accepted form that says so decides anything. A declined question decides nothing either: clients that run without
 * a person decline every question by themselves.
 */
const decide = async (operations: Operations, shown: ShownPlan, { action, content }: Answer): Promise<CallToolResult> => {
  const { id, planHash } = shown
  const undecided = (why: string) =>
    answered({
      task_id: id,
      plan_hash: planHash,
      decision: 'none',
      message: `${why}. Nothing was decided: the plan of ${id} still waits for a person, here, on the page, in a chat or at the command line.`,
    })
  if (action !== 'accept') return undecided(action === 'decline' ? 'The question was declined' : 'The question was closed')
  const read = PlanDecision.safeParse(content)
  if (!read.success) return undecided('The answer says neither approve nor reject')
  const { decision, comment = '' } = read.data
  const reason = comment.trim()
  if (decision === 'ask for changes' && reason === '') return undecided('The person wants changes, but did not say which')
  const { name, sentence, run } = consequences[decision]
  const { outcome } = await run(operations, { id, planHash }, reason)
  const message = `The person ${sentence} the plan of ${id}${reason ? `: ${reason}` : ''}`
  return answered({ task_id: id, plan_hash: planHash, decision: name, comment: reason, outcome, message })
}

type About = Pick<ShownPlan, 'id' | 'planHash'>

interface Consequence {
  readonly name: string
  readonly sentence: string
  readonly run: (operations: Operations, about: About, reason: string) => Promise<CommandAnswer>
}

const consequences: Readonly<Record<PlanDecision['decision'], Consequence>> = {
  approve: {
    name: 'approved',
    sentence: 'approved',
    run: (operations, about, reason) => operations.approve({ ...about, ...(reason ? { reason } : {}) }),
  },
  reject: {
    name: 'rejected',
    sentence: 'rejected',
    run: (operations, about, reason) => operations.reject({ ...about, reason: reason || 'rejected at an MCP client' }),
  },
  'ask for changes': {
    name: 'questioned',
    sentence: 'wants changes in',
    run: (operations, about, wish) => operations.question({ ...about, wish }),
  },
}
