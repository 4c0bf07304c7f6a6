import type { Logger } from 'pino'
import type { DoorRequest, NewEvent, SayTo } from '../../bus/define-function.ts'
import { SYSTEM_DOOR, storyFilter } from '../../bus/subjects.ts'
import type { catalogue } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import type { defineDoor } from '../define-function.ts'
import { type Ruling, withFaults } from './door-ruling.ts'
import { isJobRequest, type JobRequestType, judgeJobRequest } from './job-requests.ts'
import {
  type Asked,
  type AskedCreation,
  type AskedOfTask,
  judgeCreation,
  judgeRepetition,
  judgeRequest,
  type Rules,
  readRequest,
  rulesOf,
} from './requests.ts'
import { ringOf } from './routing.ts'
import { whyUnrunnable } from './runnable.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What requests at the door lead to. */
export const emits = [
  'task.created',
  'task.cancelled',
  'task.retried',
  'task.resumed',
  'task.reprioritised',
  'plan.approved',
  'plan.rejected',
  'plan.questioned',
  'yardstick.approved',
  'request.refused',
  'request.repeated',
  'reasoning.requested',
  'reasoning.cancelled',
  'reasoning.kept',
  'lane.changed',
  'function.paused',
  'function.resumed',
  'lesson.pinned',
  'lesson.forgotten',
  'rule.enforced',
  'rule.quarantined',
  'rule.restored',
] as const
type Emits = (typeof emits)[number]

/** What may be asked for again and again: nothing stored before counts. */
const ALWAYS_NEW: readonly JobRequestType[] = ['lane.changed', 'function.paused']

const UNSEALED =
  "it came to the system's own door without its seal of the last minutes and counts as anybody's: if an older version on this bus asked so, stop that one and ask again"

const isUnsealed = ({ open, subject }: DoorRequest): boolean => open && subject.startsWith(`${SYSTEM_DOOR}.`)

/** The rules of the door: makes a fact of a request, or says why not. Nothing is dropped silently. */
export const answerRequest: Parameters<typeof defineDoor<Emits>>[0]['handler'] = async ({
  request,
  state,
  history,
  lastSequence,
  say,
  services,
  conflicts,
  log,
}) => {
  const read = readRequest(request)
  if (isUnsealed(request)) log.warn({ subject: request.subject }, UNSEALED)
  if (!('type' in read)) {
    log.warn({ subject: request.subject, faults: read.faults }, 'a request was refused')
    return [refused(say, request, read.faults, read.task)]
  }
  if (isJobRequest(read)) {
    const isFresh = ALWAYS_NEW.includes(read.type) || (read.type === 'reasoning.requested' && conflicts === 0)
    // Read before the facts: what comes meanwhile makes the guard stale, and what is no fact does not.
    const sequence = isFresh ? 0 : await lastSequence(storyFilter(read.id))
    const facts = isFresh ? [] : await history(read.id)
    return [decided(say, request, read.id, judgeJobRequest(read, facts), log, () => acceptedJob(say, read, sequence))]
  }
  // The data of a type remains that of the type.
  const asked = { ...read, data: await withoutSecrets(read.data, services.secrets) } as AskedOfTask
  const rules = rulesOf(services)
  // A new id is the rule: its story is read only when the guard says that there is one.
  const fresh = asked.type === 'task.created' && conflicts === 0
  // Whoever came through the gateway was judged and asked to come later there; what it has taken stays taken.
  const shortage = request.open ? await services.disk.shortage() : undefined
  const whyNot = (creation: AskedCreation): Promise<string[]> => (request.open ? whyUnrunnable(creation, services) : Promise.resolve([]))
  // What is refused has no guard: it must be judged by everything stored so far.
  if (!fresh) await lastSequence(storyFilter(asked.id))
  const task = fresh ? undefined : await state(asked.id)
  const ruling =
    asked.type === 'task.created' ? await judgeNew(asked, task, { rules, state, shortage, whyNot }) : judgeRequest(asked, task!, rules)
  return [decided(say, request, asked.id, ruling, log, (accept) => accepted(say, asked, task, accept))]
}

type SayAtDoor = SayTo<typeof catalogue, Emits>

const decided = (
  say: SayAtDoor,
  request: DoorRequest,
  id: string,
  ruling: Ruling,
  log: Logger,
  accept: (ruling: { planHash?: string }) => NewEvent<Emits>,
): NewEvent<Emits> => {
  switch (ruling.kind) {
    case 'accept':
      return accept(ruling)
    case 'repeated':
      return say('request.repeated', { subject: request.subject, sequence: request.sequence, task: id }, { id: doorId(request) })
    case 'refuse':
      log.warn({ subject: request.subject, task: id, faults: ruling.faults }, 'a request was refused')
      return refused(say, request, ruling.faults, id)
  }
}

const acceptedJob = (say: SayAtDoor, asked: Extract<Asked, { type: JobRequestType }>, sequence: number): NewEvent<Emits> => {
  const to = { id: asked.id, guard: { filter: storyFilter(asked.id), sequence } }
  switch (asked.type) {
    case 'reasoning.requested':
      return say(asked.type, asked.data, to)
    case 'reasoning.cancelled':
      return say(asked.type, { by: asked.by, channel: asked.channel, reason: asked.data.reason }, to)
    case 'reasoning.kept':
      return say(asked.type, { by: asked.by, channel: asked.channel }, to)
    case 'lane.changed':
      return say(asked.type, asked.data, { id: asked.id })
    case 'function.paused':
      return say(asked.type, { ...asked.data, by: asked.by, channel: asked.channel }, { id: asked.id })
    case 'lesson.pinned':
    case 'lesson.forgotten':
    case 'rule.enforced':
    case 'rule.quarantined':
    case 'rule.restored':
    case 'function.resumed':
      return say(asked.type, { ...asked.data, by: asked.by, channel: asked.channel }, to)
  }
}

const doorId = (request: DoorRequest): string => `door-${request.sequence}`

const refused = (say: SayAtDoor, request: DoorRequest, faults: string[], task?: string): NewEvent<Emits> =>
  say(
    'request.refused',
    {
      subject: request.subject,
      sequence: request.sequence,
      ...(task ? { task } : {}),
      faults: isUnsealed(request) ? [...faults, UNSEALED] : faults,
    },
    { id: doorId(request) },
  )

interface NewTaskNeeds {
  readonly rules: Rules
  readonly state: (id: string) => Promise<Task>
  readonly shortage: string | undefined
  /** Why it could not be done as things stand, every reason. */
  readonly whyNot: (asked: AskedCreation) => Promise<string[]>
}

const judgeNew = async (
  asked: AskedCreation,
  task: Task | undefined,
  { rules, state, shortage, whyNot }: NewTaskNeeds,
): Promise<Ruling> => {
  if (task?.created) return judgeRepetition(asked, task)
  if (shortage) return { kind: 'refuse', faults: [shortage] }
  return withFaults(
    judgeCreation(asked, await ringOf({ id: asked.id, dependsOn: asked.data.dependsOn }, state), rules),
    await whyNot(asked),
  )
}

const accepted = (say: SayAtDoor, asked: AskedOfTask, task: Task | undefined, ruling: { planHash?: string }): NewEvent<Emits> => {
  const who = { by: asked.by, channel: asked.channel }
  const to = { id: asked.id, guard: { filter: storyFilter(asked.id), sequence: task?.sequence ?? 0 } }
  switch (asked.type) {
    case 'task.created':
      return say(asked.type, { ...asked.data, ...who, ...(asked.requestedAt ? { requestedAt: asked.requestedAt } : {}) }, to)
    case 'plan.approved':
    case 'plan.rejected':
    case 'plan.questioned':
      if (task?.end) return say('yardstick.approved', { hash: ruling.planHash ?? '', ...who, reason: asked.data.reason }, to)
      return say(asked.type, { planHash: ruling.planHash ?? asked.data.planHash ?? '', ...who, reason: asked.data.reason }, to)
    case 'task.cancelled':
      return say(asked.type, { ...who, reason: asked.data.reason }, to)
    case 'task.retried':
      return say(asked.type, { ...who, ...asked.data }, to)
    case 'task.resumed':
      return say(asked.type, { ...who, ...asked.data }, to)
    case 'task.reprioritised':
      return say(asked.type, { ...who, priority: asked.data.priority }, to)
  }
}
