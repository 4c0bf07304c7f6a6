import { chatStep, step } from '../../bus/next-steps.ts'
import { marked } from '../../bus/noted-steps.ts'
import type { RunningFunction } from '../../bus/runtime/deliverer.ts'
import type { LaneLook } from '../lane.ts'
import { checks, type EndPhase, isOver, isTold, nameOfStep, type Phase, phases, type UntoldPhase } from '../phases.ts'
import { holdsPlace, limitOf, type PlaceLimits, waitsForPlace } from '../places.ts'
import { DECISION_READER, DOOR_READER } from '../readers.ts'
import { isApproved, type Round, type Task } from '../task.ts'
import { baseInWords } from './base-words.ts'
import { type PauseWords, pausedInWords } from './pause-words.ts'
import { denied } from './pieces.ts'
import { inWords } from './time-in-words.ts'

/** What the sentence depends on beside the task itself. */
export interface Circumstances {
  /** ISO 8601. */
  readonly now: string
  readonly openTasks: readonly Task[]
  /** The tasks that a blocked one waits for, also those that ended or are not there yet. */
  readonly awaited?: readonly Task[]
  readonly config: PlaceLimits
  /** Functions at work in this process; one that is held says why. */
  readonly running: readonly RunningFunction[]
  /** The functions that are paused; `holds` says that a message of the task waits for it. */
  readonly pauses?: readonly (PauseWords & { readonly holds: boolean })[]
  /** Where a browser lane is configured. */
  readonly lane?: LaneLook | undefined
  /** True while the bus cannot be reached. */
  readonly busAway?: boolean
}

/** Why the task is where it is: one sentence for people, for every phase. Pure. */
export const whyWaiting = (task: Task, around: Circumstances): string => {
  const { phase } = task
  if (isOver(phase)) return ended(task)
  if (around.busAway) return 'held: the bus is away'
  const held = around.running.find((flight) => flight.story === task.id && flight.held)
  if (held) return `held: ${held.fn} tries again: ${held.held}`
  const { listener, wokenByOthers } = phases[phase]
  const pause = around.pauses?.find(({ fn, holds }) => holds || (wokenByOthers && fn === listener))
  if (pause) return `held: ${pausedInWords(pause)}`
  return `${byPhase(task, phase, around)}${inLane(task, around.lane)}${atDoor(task, around)}`
}

/** While nobody reads the door, no command reaches the task, or no approval. */
const atDoor = ({ phase }: Task, { pauses = [] }: Circumstances): string => {
  const undecided = phase === 'gate' ? pauses.find(({ fn }) => fn === DECISION_READER) : undefined
  if (undecided) return `; no decision about its plan is taken: ${pausedInWords(undecided)}`
  const closed = pauses.find(({ fn }) => fn === DOOR_READER)
  return closed ? `; nothing that is asked for is decided: ${pausedInWords(closed)}` : ''
}

/** What the browser lane has to do with it: who stands before the task's question, and whether the lane can work at all. */
const inLane = (task: Task, lane: LaneLook | undefined): string => {
  const ahead = lane?.ahead(task.id)
  if (!lane || ahead === undefined) return ''
  return `${ahead > 0 ? `; ${count(ahead, 'question stands', 'questions stand')} before it in the browser lane` : ''}${laneTrouble(lane)}`
}

/** Why the browser lane does not work, and what opens it again; '' when it works. Pure. */
export const laneTrouble = ({ state, reason, until }: Pick<LaneLook, 'state' | 'reason' | 'until'>): string => {
  if (state === 'ready') return ''
  const help = { auth_required: `: ${step('login')}`, challenge: ': answer it in the browser window' }[state as string] ?? ''
  return `; the browser lane is held (${state.replace('_', ' ')}: ${reason})${until && !help ? ` until ${until}` : ''}${help}`
}

const ended = (task: Task): string => {
  const reason = task.end ? marked(task.end).reason : ''
  if (task.phase !== 'completed') return `${task.phase}: ${reason}`
  const { branch, merged, remark, unconfined, denials = [] } = task.outcome ?? {}
  return `${branch ? `done: branch ${branch}${merged ? ' is merged' : ''}${remark ? `; ${remark}` : ''}` : 'done'}${denied(denials)}${unboxed(unconfined)}`
}

const byPhase = (task: Task, phase: Exclude<Phase, EndPhase>, around: Circumstances): string => {
  if (task.postponed && task.postponed.until > around.now) return untilModel(task.postponed, around.now)
  if (!isTold(phase)) return sentences[phase](task, around)
  const { check, does } = phases[phase]
  return check ? inRound(task, around, () => does) : `${does} (${since(task, around)})`
}

const since = (task: Task, { now }: Circumstances): string => `for ${inWords(Date.parse(now) - Date.parse(task.phases.at(-1)?.at ?? now))}`

/** What depends on the task; every other open phase says in its row what it `does`, or this does not compile. */
const sentences = {
  created: (task, around) =>
    task.sequence === 0
      ? `it is stored; requests are decided one after the other, and its turn comes (${since(task, around)})`
      : `the coordinator looks at it (${since(task, around)})`,
  blocked: (task, around) => `waits for ${task.waitingFor.map((id) => `${id} (${stateOf(id, around)})`).join(', ')}`,
  queued: (task, around) => inQueue(task, around),
  planning: (task, around) => planning(task, since(task, around)),
  gate: (task, around) =>
    isApproved(task) ? `the plan is approved; ${inQueue(task, around)}` : `${atGate(task, around.now)}${knownOfBase(task)}`,
  coding: (task, around) => inRound(task, around, ({ implementer }) => `${task.working ?? implementer} writes code`),
  reviewing: (task, around) => inRound(task, around, ({ reviewer }) => `${task.working ?? reviewer} reviews the change${silent(task)}`),
  finishing: (task, around) =>
    task.finishing
      ? `the result is delivered to branch ${task.finishing.branch} (${since(task, around)})`
      : `the result is made ready (${since(task, around)})`,
  answering: (task, around) => `${task.working ?? task.routed?.planner ?? 'an agent'} answers (${since(task, around)})`,
} satisfies Record<UntoldPhase, (task: Task, around: Circumstances) => string>

const stateOf = (id: string, { awaited = [], openTasks }: Circumstances): string => {
  const other = [...awaited, ...openTasks].find((task) => task.id === id)
  if (!other) return 'ended'
  if (other.end) return other.phase === 'escalated' ? 'escalated: a person must look' : phases[other.phase].label.toLowerCase()
  if (awaited.includes(other) && !other.created) return 'not created yet'
  if (other.phase === 'gate') return 'waits for a person'
  return other.startedAt ? 'in progress' : 'not started'
}

const count = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`)

const inQueue = (task: Task, { openTasks, config }: Circumstances): string => {
  const busy = openTasks.filter(holdsPlace)
  const project = task.routed?.project
  const ofProject = busy.filter((other) => other.routed?.project === project)
  const projectLimit = limitOf(project, config)
  const queue = openTasks.filter((other) => other.id !== task.id && waitsForPlace(other))
  if (ofProject.length >= projectLimit) {
    const first = before(
      task,
      queue.filter((other) => other.routed?.project === project),
    )
    return `waits for a place in project ${project}: ${ofProject.length} of ${count(projectLimit, 'task runs', 'tasks run')} (${ofProject.map(({ id }) => id).join(', ')})${first}`
  }
  if (busy.length >= config.limits.tasks)
    return `waits for a place: ${busy.length} of ${count(config.limits.tasks, 'task runs', 'tasks run')}${before(task, queue)}`
  return `starts in a moment: ${busy.length} of ${count(config.limits.tasks, 'place is', 'places are')} taken${before(task, queue)}`
}

const before = (task: Task, queue: readonly Task[]): string => {
  const higher = queue.filter((other) => other.priority < task.priority).length
  const older = queue.filter((other) => other.priority === task.priority && other.createdAt < task.createdAt).length
  const parts = [
    ...(higher > 0 ? [`${higher} with higher priority`] : []),
    ...(older > 0 ? [`${older} of the same priority and older`] : []),
  ]
  return parts.length === 0 ? '' : `; ${parts.join(' and ')} ${higher + older === 1 ? 'is' : 'are'} before it`
}

const untilModel = ({ until, reason }: NonNullable<Task['postponed']>, now: string): string =>
  `waits for a model, which is asked again in ${inWords(Date.parse(until) - Date.parse(now))}: ${reason}`

const planning = (task: Task, since: string): string => {
  const planner = task.working ?? task.routed?.planner ?? 'the planner'
  const refused = task.planRefusals.at(-1)
  if (refused) return `${planner} plans again, for the last answer was no plan: ${refused[0] ?? 'no reason given'} (${since})`
  return task.wishes.length > 0 ? `${planner} plans again with the changes that a person wants (${since})` : `${planner} plans (${since})`
}

const knownOfBase = (task: Task): string => {
  const said = baseInWords(task)
  return said === undefined ? '' : `; ${said}`
}

const atGate = (task: Task, now: string): string => {
  if (!task.gate) return 'the gate is being opened'
  const open = inWords(Date.parse(now) - Date.parse(task.gate.openedAt))
  const left = Date.parse(task.gate.expiresAt) - Date.parse(now)
  const expiry = left > 0 ? `expires in ${inWords(left)}` : 'its time is over'
  return `waits for a person to approve plan ${task.gate.planHash.slice(0, 8)} (since ${open}, ${expiry}): ${chatStep(`approve ${task.id}`)}${unboxed(task.gate.unconfined)}`
}

const inRound = (task: Task, around: Circumstances, does: (attempt: Round['attempt']) => string): string => {
  const round = task.rounds.at(-1)
  if (!round) return `the first attempt is made ready (${since(task, around)})`
  const { attempt, outcome } = round
  const which = `attempt ${attempt.n}${attempt.handoff > 0 ? `, handoff ${attempt.handoff}` : ''}, ${since(task, around)}`
  if (outcome && outcome !== 'passed') return `${lostBy(outcome)}; the next step is being decided (${which})`
  return `${does(attempt)} (${which})`
}

const silent = ({ silentReviewers }: Task): string =>
  silentReviewers.length > 0 ? ` after ${silentReviewers.join(', ')} gave no verdict` : ''

const lostBy = (outcome: Exclude<NonNullable<Round['outcome']>, 'passed'>): string => {
  if (outcome === 'code.failed') return 'no usable change was written'
  if (outcome === 'review.rejected') return 'the reviewer rejected the change'
  const check = checks.find((one) => outcome === `${one}.failed`)
  return `the ${check ? nameOfStep(check) : outcome} failed`
}

/** Whoever decides, or takes over what was done, should know what held the agents. */
const unboxed = (unconfined: string | undefined): string => (unconfined ? `; agents run WITHOUT A SANDBOX: ${unconfined}` : '')
