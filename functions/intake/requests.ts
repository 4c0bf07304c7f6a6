import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { DoorRequest } from '../../bus/define-function.ts'
import { faultsOf } from '../../bus/envelope.ts'
import { step } from '../../bus/next-steps.ts'
import { isId } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { Id, Priority, Sha256 } from '../../domain/catalogue/shared.ts'
import { TaskCreated } from '../../domain/catalogue/task.ts'
import { UnprovenChannels } from '../../domain/choices.ts'
import { isJobId } from '../../domain/job.ts'
import { learningPrefix } from '../../domain/learner.ts'
import type { Task } from '../../domain/task.ts'
import { unknownProject } from '../../domain/words/unknown-project.ts'
import type { Services } from '../ports.ts'
import { type Ruling, refuse } from './door-ruling.ts'
import { type JobRequestType, jobSchemas } from './job-requests.ts'
import { depthOf } from './json-depth.ts'

/** The rules of the door: what may be asked, by whom, in which state. Pure. */

const text = z.string().max(20_000).default('')
const schemas = {
  ...jobSchemas,
  'task.created': TaskCreated.extend({ id: Id.optional() }).strict(),
  'plan.approved': z.strictObject({ id: Id, planHash: Sha256.optional(), reason: text }),
  'plan.rejected': z.strictObject({ id: Id, planHash: Sha256.optional(), reason: text }),
  'plan.questioned': z.strictObject({
    id: Id,
    planHash: Sha256.optional(),
    reason: z.string().trim().min(1, 'say what should change in the plan').max(20_000),
  }),
  'task.cancelled': z.strictObject({ id: Id, reason: text }),
  'task.retried': z.strictObject({ id: Id, guidance: text, mendBase: z.boolean().optional() }),
  'task.reprioritised': z.strictObject({ id: Id, priority: Priority }),
  'task.resumed': z.strictObject({ id: Id, function: z.string().min(1), letter: z.int().min(1).optional() }),
} as const

type RequestType = keyof typeof schemas
/** What is decided about plans: it waits behind nothing else. */
export const decisions = ['plan.approved', 'plan.rejected', 'plan.questioned'] as const
/** Everything else that may be asked for. */
export const otherRequests: readonly string[] = Object.keys(schemas).filter((type) => !decisions.some((decision) => decision === type))
export type Asked = {
  [T in RequestType]: { type: T; id: string; by: string; channel: string; requestedAt?: string; data: z.output<(typeof schemas)[T]> }
}[RequestType]
/** A request about a task. */
export type AskedOfTask = Exclude<Asked, { type: JobRequestType }>
export type AskedCreation = Extract<Asked, { type: 'task.created' }>
export type Refusal = { faults: string[]; task?: string }

const caller = z.object({
  by: z.string().trim().min(1).max(200).default('unknown'),
  channel: z.string().min(1).max(50).default('service'),
  requestedAt: z.iso.datetime().optional(),
})

/** Longest body of a request in bytes, for what it leads to must fit into a message of 64 KB. */
const MAX_BODY = 56 * 1024
const MAX_DEPTH = 50

/** What is wrong with the size of a request's body, whatever it says. */
export const sizeFaults = (body: string): string[] => {
  const bytes = Buffer.byteLength(body)
  if (bytes > MAX_BODY) return [`the body has ${bytes} bytes; at most ${MAX_BODY}: put long texts where the agents can read them`]
  return depthOf(body) > MAX_DEPTH ? [`the body is nested more than ${MAX_DEPTH} deep`] : []
}

/** Reads a request, or says everything that is wrong with it. Over an open subject nobody is believed who he is, nor since when he waits. */
export const readRequest = (request: DoorRequest): Asked | Refusal => {
  const { type } = request
  if (!isRequestType(type) || (request.open && !isOpen(type))) return { faults: [`nothing can be asked for by "${request.subject}"`] }
  const faults = sizeFaults(request.body)
  if (faults.length > 0) return { faults }
  let body: unknown
  try {
    body = JSON.parse(request.body)
  } catch (error) {
    return { faults: [`the body is no JSON: ${error instanceof Error ? error.message : error}`] }
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { faults: ['the body must be a JSON object'] }
  const { by: _by, channel: _channel, requestedAt: _requestedAt, ...rest } = body as Record<string, unknown>
  const named = 'id' in rest && isId(rest['id']) ? { task: rest['id'] } : {}
  const parsed = schemas[type].safeParse(rest)
  const who = caller.safeParse(request.open ? { by: 'nats', channel: 'nats' } : body)
  if (!parsed.success || !who.success) return { faults: [parsed, who].flatMap(({ error }) => (error ? faultsOf(error) : [])), ...named }
  const { id, ...data } = parsed.data as { id?: string }
  // The schema of `type` has just parsed this very object.
  return { type, id: id ?? idOf(request), ...who.data, data } as Asked
}

/** Whether anybody may ask for it; the rest only the system itself. */
const isOpen = (type: RequestType): boolean => 'door' in catalogue[type]

const isRequestType = (type: string): type is RequestType => Object.hasOwn(schemas, type)

/** The id of a task whose publisher gave none: its message id if a task's can be that, else made of it, else of its place at the door. */
export const idOf = (request: Pick<DoorRequest, 'messageId' | 'sequence'>): string => {
  if (isId(request.messageId) && !isJobId(request.messageId)) return request.messageId
  if (request.messageId) return `task-${createHash('sha256').update(request.messageId).digest('hex').slice(0, 20)}`
  return `task-in-${request.sequence}`
}

/** What the operator's configuration says about who may ask for what. */
export interface Rules {
  projects: readonly string[]
  /** Where decisions about plans may come from; undefined: from everywhere, or where somebody proved who he is. */
  gateChannels?: readonly string[] | undefined
  /** Why agents run without a sandbox, if they do. */
  unconfined: string | null
}

/** The rules of this system at this moment. */
export const rulesOf = ({ config, sandbox }: Pick<Services, 'config' | 'sandbox'>): Rules => ({
  projects: Object.keys(config.projects),
  gateChannels: config.gate.channels,
  unconfined: sandbox.missing,
})

/** Whether a new task may be. `ring` is how it would wait for itself, if it would. What it depends on may be created after it. */
export const judgeCreation = (asked: AskedCreation, ring: readonly string[] | undefined, rules: Rules): Ruling => {
  const { project, workflow } = asked.data
  const prefix = learningPrefix(asked.id)
  const faults = [
    ...(prefix ? [`id: one that begins with "${prefix}" is a story of learning; take another`] : []),
    ...(isJobId(asked.id) ? ['id: one that begins with "job-" is a job of the model proxy; take another'] : []),
    ...(project && !rules.projects.includes(project) ? [`project: ${unknownProject(project, rules.projects)}`] : []),
    ...(workflow === 'change' && !project ? ['project: a change needs one; without a project the workflow is "answer"'] : []),
    ...(ring ? [`dependsOn: a task cannot wait for itself: ${ring.join(' -> ')}`] : []),
  ]
  return faults.length > 0 ? refuse(...faults) : { kind: 'accept' }
}

/** The same creation again is the same task; other content under the same id is refused. */
export const judgeRepetition = (asked: AskedCreation, task: Task): Ruling => {
  const { by: _by, channel: _channel, requestedAt: _requestedAt, ...before } = task.created ?? {}
  return isDeepStrictEqual(JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(asked.data)))
    ? { kind: 'repeated' }
    : refuse(`id: ${asked.id} is another task already ("${task.created?.title}")`)
}

/** Whether a request about an existing task makes sense in the state it is in. */
export const judgeRequest = (asked: Exclude<AskedOfTask, { type: 'task.created' }>, task: Task, rules: Rules): Ruling => {
  if (!task.created) return refuse(`there is no task ${asked.id}`)
  if (decisions.some((type) => type === asked.type)) return judgeDecision(asked as Extract<Asked, { type: 'plan.approved' }>, task, rules)
  switch (asked.type) {
    case 'task.cancelled':
      if (task.end?.type === 'task.cancelled') return { kind: 'repeated' }
      // It waits for a person, and others may wait for it.
      if (task.phase === 'escalated') return { kind: 'accept' }
      if (task.end) return refuse(`${task.id} has ended already: ${task.phase}`)
      return task.finishing
        ? refuse(`${task.id} is being delivered to branch ${task.finishing.branch}; it is too late to cancel`)
        : { kind: 'accept' }
    case 'task.retried':
      if (!task.end) return refuse(`${task.id} has not ended (${task.phase}); cancel it first, or wait`)
      return task.phase === 'completed' ? refuse(`${task.id} is done; create a new task for more`) : { kind: 'accept' }
    case 'task.resumed':
      if (!task.end) return { kind: 'repeated' }
      return task.end.class === 'function_failed'
        ? { kind: 'accept' }
        : refuse(`${task.id} did not end because a function gave up (${task.phase}: ${task.end.reason}); retry it instead`)
    case 'task.reprioritised':
      if (task.end) return refuse(`${task.id} has ended already: ${task.phase}`)
      return task.priority === asked.data.priority ? { kind: 'repeated' } : { kind: 'accept' }
    default:
      return refuse(`nothing can be asked for by ${asked.type}`)
  }
}

/** A decision about a plan names its hash, or means the open gate's plan; before its gate is open nobody can have seen it. */
const judgeDecision = (
  asked: Pick<Extract<Asked, { type: 'plan.approved' }>, 'data' | 'channel'> & { type: string },
  task: Task,
  rules: Rules,
): Ruling => {
  const { planHash } = asked.data
  const closed = whyClosed(asked.channel, task.id, rules)
  if (closed) return refuse(closed)
  if (asked.type === 'plan.approved' && planHash !== undefined && planHash === task.doubtApproved?.hash) return { kind: 'repeated' }
  if (asked.type === 'plan.approved' && task.phase === 'escalated' && task.doubt !== undefined)
    return judgeDoubt(task.id, task.doubt, planHash)
  if (task.end) return refuse(`${task.id} has ended already: ${task.phase}`)
  if (task.approvals.some((approval) => approval.planHash === (planHash ?? task.plan?.planHash)))
    return asked.type === 'plan.approved' ? { kind: 'repeated' } : refuse('this plan is approved already; cancel the task to stop it')
  if (task.gate) {
    if (planHash && planHash !== task.gate.planHash)
      return refuse(`planHash: the plan that waits is ${task.gate.planHash}, not ${planHash}; look at it again`)
    return { kind: 'accept', planHash: task.gate.planHash }
  }
  if (planHash && planHash === task.questioned)
    return refuse(`planHash: changes were asked for in this plan; a new one is made (${task.id} is ${task.phase})`)
  if (task.rounds.length > 0) return refuse(`no plan of ${task.id} waits: it is ${task.phase}`)
  return refuse(`the gate of ${task.id} is not open yet (it is ${task.phase}): wait until its plan is shown`)
}

/** Why no decision is taken from this channel. An agent outside of a sandbox could be the one who asks where nobody proves who he is. */
const whyClosed = (channel: string, id: string, { gateChannels, unconfined }: Rules): string | undefined => {
  if (gateChannels)
    return gateChannels.includes(channel) ? undefined : `decisions about plans are not taken from "${channel}" ([gate] channels)`
  if (unconfined === null || !UnprovenChannels.some((unproven) => unproven === channel)) return undefined
  return (
    `agents run without a sandbox (${unconfined}), so that one of them could be who decides here: type "${step(`approve ${id}`)}" on this machine, ` +
    `or sign in with a token ("${step('token create me --scopes approve,read')}"), or name "${channel}" in [gate] channels`
  )
}

/** What a change does to the tests is approved by its hash alone: whoever approved a plan before has not seen it. */
const judgeDoubt = (id: string, doubt: string, hash: string | undefined): Ruling =>
  hash === doubt
    ? { kind: 'accept', planHash: doubt }
    : refuse(`planHash: ${id} waits with a change of its tests, ${doubt}; look at it, and name it to approve it`)
