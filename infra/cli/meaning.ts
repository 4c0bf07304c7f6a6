import type { Plan } from '../../bus/catalogue/plan.ts'
import type { Finding, Usage } from '../../bus/catalogue/shared.ts'
import type { Fact } from '../../bus/fact.ts'

/** What a fact means, in one short line for a person. Pure, exhaustive: a new event must say here what it means. */
export const meaning = (fact: Fact): string => oneLine(words(fact))

const MAX = 160
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX ? `${line.slice(0, MAX - 3)}...` : line
}

const words = (fact: Fact): string => {
  switch (fact.type) {
    case 'task.created':
      return `"${fact.data.title}"${fact.data.project ? ` in ${fact.data.project}` : ''}, ${fact.data.category}, priority ${fact.data.priority}`
    case 'task.routed':
      return fact.data.workflow === 'answer'
        ? `${fact.data.planner} shall answer`
        : `${fact.data.planner} plans, ${fact.data.implementer} writes, ${fact.data.reviewer} reviews`
    case 'task.blocked':
      return `waits for ${fact.data.waitingFor.join(', ')}`
    case 'task.started':
      return { plan: 'got a place: planning begins', code: 'got a place: the work begins', answer: 'got a place: the question is asked' }[fact.data.stage]
    case 'task.overdue':
      return `open since ${fact.data.since}`
    case 'task.completed':
      return fact.data.outcome.branch ? `done, on branch ${fact.data.outcome.branch}` : 'done, answered'
    case 'task.failed':
    case 'task.escalated':
      return fact.data.reason
    case 'task.cancelled':
      return `${fact.data.by} cancelled it${fact.data.reason ? `: ${fact.data.reason}` : ''}`
    case 'task.retried':
      return `${fact.data.by} wants it tried again${fact.data.guidance ? `: ${fact.data.guidance}` : ''}`
    case 'task.resumed':
      return `${fact.data.by} sent what ${fact.data.function} gave up on again`
    case 'task.reprioritised':
      return `${fact.data.by} gave it priority ${fact.data.priority}`
    default:
      return planning(fact)
  }
}

type PlanningFact = Exclude<
  Fact,
  Fact<
    | 'task.created' | 'task.routed' | 'task.blocked' | 'task.started' | 'task.overdue' | 'task.completed' | 'task.failed' | 'task.escalated'
    | 'task.cancelled' | 'task.retried' | 'task.resumed' | 'task.reprioritised'
  >
>

const planning = (fact: PlanningFact): string => {
  switch (fact.type) {
    case 'reasoning.requested':
      return [`a ${fact.data.purpose} is wanted of ${fact.data.agent}`, ...fact.data.warnings].join('; ')
    case 'browser.asked':
    case 'cli.asked':
    case 'api.asked':
      return `${fact.data.agent} is asked for the ${fact.data.purpose} (${fact.data.lane})`
    case 'plan.answered':
    case 'review.answered':
    case 'answer.answered':
      return `${fact.data.agent} answered in ${seconds(fact.data.durationMs)}, ${tokens(fact.data.usage)}`
    case 'plan.unanswered':
    case 'review.unanswered':
    case 'answer.unanswered':
      return `${fact.data.agent} did not answer (${fact.data.code}): ${fact.data.reason}`
    case 'plan.drafted':
      return `${fact.data.steps} step${fact.data.steps === 1 ? '' : 's'}, ${fact.data.criteria} criteria, plan ${fact.data.planHash.slice(0, 8)}`
    case 'plan.refused':
      return `no plan: ${fact.data.faults.join('; ')}`
    case 'plan.approved':
      return `${fact.data.by} approved plan ${fact.data.planHash.slice(0, 8)} (${fact.data.channel})`
    case 'plan.rejected':
      return `${fact.data.by} rejected the plan${fact.data.reason ? `: ${fact.data.reason}` : ''}`
    case 'plan.questioned':
      return `${fact.data.by} wants changes: ${fact.data.reason}`
    case 'gate.opened':
      return `plan ${fact.data.planHash.slice(0, 8)} waits for a person until ${fact.data.expiresAt}`
    case 'gate.reminded':
      return `plan ${fact.data.planHash.slice(0, 8)} still waits, until ${fact.data.expiresAt}`
    case 'gate.expired':
      return `the time for plan ${fact.data.planHash.slice(0, 8)} is over`
    default:
      return working(fact)
  }
}

type WorkingFact = Exclude<
  PlanningFact,
  Fact<
    | 'reasoning.requested' | 'browser.asked' | 'cli.asked' | 'api.asked' | 'plan.answered' | 'review.answered' | 'answer.answered'
    | 'plan.unanswered' | 'review.unanswered' | 'answer.unanswered' | 'plan.drafted' | 'plan.refused' | 'plan.approved' | 'plan.rejected'
    | 'plan.questioned' | 'gate.opened' | 'gate.reminded' | 'gate.expired'
  >
>

const working = (fact: WorkingFact): string => {
  switch (fact.type) {
    case 'attempt.started':
      return `attempt ${fact.data.attempt.n}.${fact.data.attempt.handoff}: ${fact.data.attempt.implementer} writes, ${fact.data.attempt.reviewer} reviews${fact.data.feedback.length > 0 ? `, with ${fact.data.feedback.length} finding${fact.data.feedback.length === 1 ? '' : 's'}` : ''}`
    case 'code.started':
      return `${fact.data.agent} is at work`
    case 'code.written':
      return `${fact.data.files.join(', ')} in ${seconds(fact.data.durationMs)}, ${tokens(fact.data.usage)}`
    case 'code.failed':
      return `${fact.data.class}: ${fact.data.reason}`
    case 'review.passed':
      return `${fact.data.reviewer} approves${fact.data.remarks.length > 0 ? `, with ${fact.data.remarks.length} remarks` : ''}`
    case 'review.rejected':
      return `${fact.data.reviewer} rejects: ${first(fact.data.findings)}`
    case 'review.unavailable':
      return `${fact.data.reviewer} gave no verdict: ${fact.data.reason}`
    case 'scan.passed':
      return fact.data.skipped ? `skipped: ${fact.data.skipped}` : `nothing that blocks${fact.data.warnings.length > 0 ? `, ${fact.data.warnings.length} warnings` : ''}`
    case 'scan.failed':
    case 'dod.failed':
      return fact.data.reason
    case 'dod.passed':
      return fact.data.checks.map(({ command, durationMs }) => `\`${command}\` passed in ${seconds(durationMs)}`).join(', ')
    case 'finish.started':
      return `branch ${fact.data.branch} is being delivered`
    case 'notification.sent':
      return `a person was told (${fact.data.channels.join(', ')})`
    case 'request.refused':
      return `${fact.data.subject} refused: ${fact.data.faults.join('; ')}`
    case 'request.repeated':
      return `${fact.data.subject} came again; nothing changes`
    case 'function.failed':
      return `${fact.data.function} gave up after ${fact.data.attempts} tries: ${fact.data.reason}`
    default:
      return fact satisfies never
  }
}

const first = (findings: readonly Finding[]): string => {
  const [finding, ...more] = findings
  return `${finding?.problem ?? 'no reason'}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
}
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const tokens = (usage: Usage): string =>
  `${usage.inputTokens + usage.outputTokens} tokens${usage.costUsd === undefined ? '' : `, ${usage.costUsd.toFixed(4)} USD`}`

/** Elapsed time as a column: seconds, or minutes and seconds. */
export const clock = (ms: number): string => {
  const text = ms < 60_000 ? `${(ms / 1000).toFixed(2)}s` : `${Math.floor(ms / 60_000)}m${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}s`
  return text.padStart(9)
}

/** A plan as a person reads it at the gate. */
export const planText = (plan: Plan): string[] => [
  `Plan: ${plan.summary}`,
  ...plan.steps.map((step, index) => `  ${index + 1}. ${step.file}: ${step.description}`),
  'Done when:',
  ...plan.acceptance_criteria.map((criterion) => `  - ${criterion}`),
  `Complexity ${plan.estimated_complexity}${plan.risk_assessment ? `; risk: ${plan.risk_assessment}` : ''}`,
]
