/** Where a task can be: one table that everything reads which depends on phases. It imports nothing, so that everything may. */

/** The four words that outside callers know a task's state by. */
export const Statuses = ['queued', 'in_progress', 'completed', 'failed'] as const
export type Status = (typeof Statuses)[number]
/** Nothing happens any more to a task of this status, unless a person opens it again. */
export const isEnded = ({ status }: { readonly status: Status }): boolean => status === 'completed' || status === 'failed'
export const openStatuses = Statuses.filter((status) => !isEnded({ status }))
export const endedStatuses = Statuses.filter((status) => isEnded({ status }))

/** How a list for people counts tasks; what needs a person stands first. */
export const Standings = ['escalated', 'waiting for approval', 'failed', 'in progress', 'queued', 'cancelled', 'done'] as const
export type Standing = (typeof Standings)[number]

interface Row {
  readonly status: Status
  /** Its name on a page, and the name of a stay in it. */
  readonly label: string
  readonly stay: string
  /** Where it is another than its status has. */
  readonly standing?: Standing
  /** What it means to whoever looks. */
  readonly tone: 'quiet' | 'work' | 'wait' | 'good' | 'bad'
  /** Whether a task in it holds one of the places of `[limits]`, waits for one, or has nothing to do with them. */
  readonly place: 'holds' | 'waits' | 'none'
  /** The function that takes a task out of it; a person where there is none. */
  readonly listener?: string
  /** It decides when something happens to other tasks, and not only on the task's own facts. */
  readonly wokenByOthers?: true
  /** What is done in it, for people, where that needs nothing of the task to be told; else `domain/words/why-waiting.ts` has its sentence. */
  readonly does?: string
  /** A task in it may wait for those it depends on; one that is elsewhere has what it waited for. */
  readonly dependent?: true
  /** Of a phase in which the work is checked: the noun of its facts, `<check>.passed` and `<check>.failed`. */
  readonly check?: string
  /** Of such a phase: the check's name; for people. */
  readonly name?: string
  /** Of such a phase: nothing is delivered without its fact about the very tree; a task that is beyond the step when it is added goes to a person. */
  readonly demanded?: true
  /** Of such a phase: how long the check may take by default; with it the check has a setting of its own in `[timeouts]`. */
  readonly timeout?: string
}

/** In the order in which a task goes through them: work that was reviewed goes through the checks one after the other. */
const table = {
  created: { status: 'queued', label: 'New', stay: 'Arrival', tone: 'quiet', place: 'none', listener: 'route-task', dependent: true },
  blocked: {
    status: 'queued',
    label: 'Blocked',
    stay: 'Other tasks',
    tone: 'quiet',
    place: 'none',
    listener: 'unblock-tasks',
    wokenByOthers: true,
    dependent: true,
  },
  queued: {
    status: 'queued',
    label: 'Queued',
    stay: 'Queue',
    tone: 'quiet',
    place: 'waits',
    listener: 'dispatch-tasks',
    wokenByOthers: true,
  },
  trying: {
    status: 'in_progress',
    label: 'Trying the base',
    stay: 'Base',
    tone: 'work',
    place: 'holds',
    listener: 'check-base',
    does: 'setup and definition of done are tried on the commit it starts from, before anybody is asked',
  },
  planning: { status: 'in_progress', label: 'Planning', stay: 'Plan', tone: 'work', place: 'holds', listener: 'open-gate' },
  gate: {
    status: 'in_progress',
    label: 'Needs approval',
    stay: 'Approval',
    standing: 'waiting for approval',
    tone: 'wait',
    place: 'none',
    listener: 'dispatch-tasks',
  },
  coding: { status: 'in_progress', label: 'Coding', stay: 'Code', tone: 'work', place: 'holds', listener: 'write-code' },
  reviewing: { status: 'in_progress', label: 'In review', stay: 'Review', tone: 'work', place: 'holds', listener: 'judge-review' },
  scanning: {
    status: 'in_progress',
    label: 'Scanning',
    stay: 'Scan',
    tone: 'work',
    place: 'holds',
    listener: 'scan-code',
    check: 'scan',
    name: 'scan',
    timeout: '1m',
    demanded: true,
    does: 'semgrep scans the change',
  },
  verifying: {
    status: 'in_progress',
    label: 'Checking',
    stay: 'Checks',
    tone: 'work',
    place: 'holds',
    listener: 'verify-dod',
    check: 'dod',
    name: 'definition of done',
    timeout: '5m',
    demanded: true,
    does: 'the definition of done is checked',
  },
  finishing: { status: 'in_progress', label: 'Delivering', stay: 'Delivery', tone: 'work', place: 'holds', listener: 'finish-task' },
  answering: { status: 'in_progress', label: 'Answering', stay: 'Answer', tone: 'work', place: 'holds', listener: 'finish-answer' },
  completed: { status: 'completed', label: 'Done', stay: 'Done', standing: 'done', tone: 'good', place: 'none' },
  failed: { status: 'failed', label: 'Failed', stay: 'Failed', standing: 'failed', tone: 'bad', place: 'none' },
  escalated: {
    status: 'failed',
    label: 'Needs a person',
    stay: 'Escalated',
    standing: 'escalated',
    tone: 'bad',
    place: 'none',
    dependent: true,
  },
  cancelled: { status: 'failed', label: 'Cancelled', stay: 'Cancelled', standing: 'cancelled', tone: 'quiet', place: 'none' },
} as const satisfies Record<string, Row>

export type Phase = keyof typeof table
export const phases: Readonly<Record<Phase, Row> & Record<ToldPhase, { readonly does: string }>> = table
export const isPhase = (name: string): name is Phase => Object.hasOwn(phases, name)
// The keys of an object literal are those of its type.
export const Phases = Object.keys(table) as readonly Phase[]

export const statusOf = (phase: Phase): Status => phases[phase].status
/** Phases in which a task is at work and its time counts. */
export const isAtWork = (phase: Phase): boolean => phases[phase].place === 'holds'
export const standingOf = (phase: Phase): Standing => phases[phase].standing ?? (statusOf(phase) === 'queued' ? 'queued' : 'in progress')

type RowOf<P extends Phase> = (typeof table)[P]
/** Phases in which nothing happens any more to a task, unless a person opens it again. */
export type EndPhase = { [P in Phase]: RowOf<P> extends { readonly status: 'completed' | 'failed' } ? P : never }[Phase]
export const isOver = (phase: Phase): phase is EndPhase => isEnded(phases[phase])
type ToldPhase = { [P in Phase]: RowOf<P> extends { readonly does: string } ? P : never }[Phase]
/** Open phases whose rows do not tell what is done in them: it depends on the task. */
export type UntoldPhase = Exclude<Phase, EndPhase | ToldPhase>
export const isTold = (phase: Phase): phase is ToldPhase => 'does' in table[phase]

/** The checks that reviewed work goes through, by the noun of their facts. */
export type Check = { [P in Phase]: RowOf<P> extends { readonly check: infer C extends string } ? C : never }[Phase]
type CheckPhase = { [P in Phase]: RowOf<P> extends { readonly check: string } ? P : never }[Phase]
/** The checks that take as long as the operator's configuration says. */
export type TimedCheck = { [P in Phase]: RowOf<P> extends { readonly check: infer C; readonly timeout: string } ? C : never }[Phase]
const isCheckPhase = (phase: Phase): phase is CheckPhase => 'check' in table[phase]

const checkPhases = Phases.filter(isCheckPhase)
/** In the order in which they are made. */
export const checks: readonly Check[] = checkPhases.map((phase) => table[phase].check)
/** What written code goes through before it is delivered, in this order. */
export type Step = 'review' | Check
export const steps: readonly Step[] = ['review', ...checks]
/** The phase in which a step is taken. */
export const phaseOfStep = (step: Step): CheckPhase | 'reviewing' =>
  step === 'review' ? 'reviewing' : checkPhases.find((phase) => table[phase].check === step)!
/** What people call it. */
export const nameOfStep = (step: Step): string => phases[phaseOfStep(step)].name ?? step
/** The steps whose facts a delivery demands, each with the only function that may give it. */
export const demandedSteps: readonly { readonly step: Step; readonly giver: string }[] = steps
  .filter((step) => step === 'review' || phases[phaseOfStep(step)].demanded)
  .map((step) => ({ step, giver: phases[phaseOfStep(step)].listener ?? '' }))
/** The phase after a step was passed. */
export const phaseAfter = (step: Step): CheckPhase | 'finishing' =>
  checkPhases[step === 'review' ? 0 : checks.indexOf(step) + 1] ?? 'finishing'

export type CheckPassed = `${Check}.passed`
export type CheckFailed = `${Check}.failed`
export const checksPassed: readonly CheckPassed[] = checks.map((check) => `${check}.passed` as const)
export const checksFailed: readonly CheckFailed[] = checks.map((check) => `${check}.failed` as const)
/** With what each takes at most by default. */
export const timedChecks: readonly (readonly [TimedCheck, string])[] = checkPhases.flatMap((phase) => {
  const row = table[phase]
  return 'timeout' in row ? [[row.check, row.timeout] as const] : []
})

/** The fact on which a check, or the delivery after the last of them, begins. */
export const beginsOn = (step: Check | 'finish'): CheckPassed | 'review.passed' =>
  checksPassed[(step === 'finish' ? checks.length : checks.indexOf(step)) - 1] ?? 'review.passed'
