import { catalogue, type DataOf, type EventType } from '../catalogue/index.ts'
import type { Attempt, Finding } from '../catalogue/shared.ts'
import { nameOfCheck } from '../phases.ts'

/** An event as it comes from a service. */
export interface ToldEvent {
  readonly type: string
  readonly data: unknown
}

/** One short line in words about an event; '' for one this program does not know (a newer system's). Pure. */
export const meaningOf = ({ type, data }: ToldEvent): string => {
  if (!isKnown(type)) return ''
  const parsed = catalogue[type].data.safeParse(data)
  // Each entry takes the data of its own type, which has just been held against that type's schema.
  const tell: (data: never) => string = meanings[type]
  return parsed.success
    ? tell(parsed.data as never)
        .replace(/\s+/g, ' ')
        .trim()
    : ''
}

const isKnown = (type: string): type is EventType => Object.hasOwn(catalogue, type)

const round = ({ n, handoff }: Attempt): string => `attempt ${n}${handoff > 0 ? `, handoff ${handoff}` : ''}`
const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
const first = (findings: readonly Finding[]): string => {
  const finding = findings[0]
  if (!finding) return ''
  const place = finding.file ? ` (${finding.file}${finding.line ? `:${finding.line}` : ''})` : ''
  return `: ${finding.problem}${place}`
}
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
const tokens = (usage: { inputTokens: number; outputTokens: number }): string => {
  const sum = usage.inputTokens + usage.outputTokens
  return sum === 0 ? '' : `, ${count(sum, 'token')}`
}
const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`)
const answered = (data: {
  agent: string
  lane: string
  durationMs: number
  usage: { inputTokens: number; outputTokens: number }
}): string => `${data.agent} answered after ${seconds(data.durationMs)}${tokens(data.usage)}`
const unanswered = (data: { agent: string; reason: string }): string => `${data.agent} did not answer: ${data.reason}`

/** Who is told over a webhook. */
const receiverName = (receiver: string): string => (receiver === 'task:callback' ? "the task's callback URL" : `receiver ${receiver}`)
const tried = (attempt: number): string => (attempt > 1 ? ` after ${attempt} tries` : '')

/** The conversation a turn is in, as far as it is known. */
const place = (url: string | undefined): string => (url ? ` in ${url}` : '')

/** An entry for every event of the catalogue: the compiler misses those that are not here. */
const meanings: { readonly [T in EventType]: (data: DataOf<T>) => string } = {
  'task.created': ({ title, project, by }) => `"${title}"${project ? ` in ${project}` : ''}${by ? `, asked for by ${by}` : ''}`,
  'reasoning.routed': ({ lane }) => `the files that matter are gathered for the ${lane} lane`,
  'reasoning.cancelled': ({ by, reason }) => `cancelled by ${by}${because(reason)}`,
  'chat.answered': answered,
  'chat.unanswered': unanswered,
  'turn.sending': ({ conversation }) =>
    `the prompt is sent (${conversation.kind === 'resume' ? conversation.url : `a ${conversation.kind} conversation`})`,
  'turn.refused': ({ reason }) => `the page did not take it: ${reason}`,
  'turn.sent': ({ url }) => `the prompt is${place(url) || ' in the conversation'}`,
  'lane.changed': ({ lane, state, reason, until }) =>
    `the ${lane} lane is ${state.replace('_', ' ')}${because(reason)}${until ? `, until ${until}` : ''}`,
  'task.routed': ({ workflow, planner, implementer, reviewer }) =>
    workflow === 'answer' ? `${planner} shall answer` : `${planner} plans, ${implementer} writes, ${reviewer} reviews`,
  'task.blocked': ({ waitingFor }) => `waits for ${waitingFor.join(', ')}`,
  'task.started': ({ stage }) =>
    ({ plan: 'got a place: planning begins', code: 'got a place: the work begins', answer: 'got a place: the question is asked' })[stage],
  'task.overdue': ({ since }) => `open since ${since}, which is too long`,
  'task.completed': ({ outcome: { branch, merged } }) => (branch ? `done: branch ${branch}${merged ? ', merged' : ''}` : 'done'),
  'task.failed': ({ reason }) => reason,
  'task.escalated': ({ reason }) => `a person must look: ${reason}`,
  'task.cancelled': ({ by, reason }) => `cancelled by ${by}${because(reason)}`,
  'task.retried': ({ by, guidance }) => `opened again by ${by}${guidance ? `, with guidance: ${guidance}` : ''}`,
  'task.resumed': ({ by, function: name }) => `opened again by ${by}: ${name} tries once more`,
  'task.reprioritised': ({ by, priority }) => `priority ${priority} now, says ${by}`,
  'plan.drafted': ({ summary, steps, criteria, revision }) =>
    `${revision > 1 ? `revision ${revision}, ` : ''}${count(steps, 'step')}, ${count(criteria, 'criterion', 'criteria')}: ${summary}`,
  'plan.refused': ({ faults }) => `the answer is no plan: ${faults.join('; ')}`,
  'plan.approved': ({ planHash, by, channel }) => `plan ${planHash.slice(0, 8)} approved by ${by} over ${channel}`,
  'plan.rejected': ({ by, reason }) => `rejected by ${by}${because(reason)}`,
  'plan.questioned': ({ by, reason }) => `${by} wants changes${because(reason)}`,
  'gate.opened': ({ planHash, expiresAt }) => `plan ${planHash.slice(0, 8)} waits for a person until ${expiresAt}`,
  'gate.reminded': ({ planHash }) => `half of the time for plan ${planHash.slice(0, 8)} is over`,
  'gate.expired': ({ planHash }) => `nobody decided on plan ${planHash.slice(0, 8)} in time`,
  'reasoning.requested': ({ purpose, agent }) =>
    `${agent} is asked for ${purpose === 'review' ? 'a review' : purpose === 'plan' ? 'a plan' : 'an answer'}`,
  'browser.asked': ({ agent }) => `${agent} is asked in the browser`,
  'cli.asked': ({ agent }) => `${agent} is asked on its command line`,
  'api.asked': ({ agent }) => `${agent} is asked over the API`,
  'plan.answered': answered,
  'plan.unanswered': unanswered,
  'review.answered': answered,
  'review.unanswered': unanswered,
  'answer.answered': answered,
  'answer.unanswered': unanswered,
  'attempt.started': ({ attempt, feedback, recheck }) =>
    recheck
      ? `${round(attempt)}: the ${nameOfCheck(recheck)} once more, on the same code`
      : `${round(attempt)}: ${attempt.implementer} writes, ${attempt.reviewer} reviews${feedback.length > 0 ? `, with ${count(feedback.length, 'finding')} to mend` : ''}`,
  'code.started': ({ agent }) => `${agent} runs`,
  'code.written': ({ files, headSha, durationMs, usage }) =>
    `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''} at ${headSha.slice(0, 8)} after ${seconds(durationMs)}${tokens(usage)}`,
  'code.failed': ({ attempt, reason }) => `${attempt.implementer} changed nothing we can use: ${reason}`,
  'review.passed': ({ reviewer, remarks }) =>
    `${reviewer} approves${remarks.length > 0 ? ` with ${count(remarks.length, 'remark')}${first(remarks)}` : ''}`,
  'review.rejected': ({ reviewer, findings }) => `${reviewer} rejects with ${count(findings.length, 'finding')}${first(findings)}`,
  'review.unavailable': ({ reviewer, reason }) => `no verdict of ${reviewer}: ${reason}`,
  'scan.passed': ({ skipped, warnings }) =>
    skipped
      ? `skipped: ${skipped}`
      : `nothing that blocks${warnings.length > 0 ? `, ${count(warnings.length, 'warning')}${first(warnings)}` : ''}`,
  'scan.failed': ({ reason, findings }) => `${reason}${first(findings)}`,
  'dod.passed': ({ checks }) => `${count(checks.length, 'check')} passed: ${checks.map(({ command }) => command).join(', ')}`,
  'dod.failed': ({ reason }) => reason,
  'finish.started': ({ branch }) => `delivers branch ${branch}`,
  'notification.sent': ({ about, channels }) => `a person was told of ${about} by ${channels.join(', ')}`,
  'request.refused': ({ subject, faults }) => `${subject} was refused: ${faults.join('; ')}`,
  'request.repeated': ({ subject }) => `${subject} came again; nothing new`,
  'function.paused': ({ by, until, reason }) => `paused by ${by} until ${until}${because(reason)}`,
  'function.resumed': ({ by, reason }) => `goes on, says ${by}${because(reason)}`,
  'function.failed': ({ function: name, attempts, reason }) => `${name} gave up after ${count(attempts, 'try', 'tries')}: ${reason}`,
  'thread.due': ({ platform }) => `its thread on ${platform} is to be brought up to date`,
  'thread.posting': ({ slot }) => `message "${slot}" is about to be posted`,
  'thread.posted': ({ slot, message }) => `message "${slot}" stands in the thread (${message})`,
  'callback.due': ({ receiver, payload, putOff }) =>
    `${receiverName(receiver)} is to be told of ${payload.type}${putOff ? ', later, for too many wait for it' : ''}`,
  'callback.delivered': ({ receiver, event, attempt }) => `${receiverName(receiver)} was told of ${event}${tried(attempt)}`,
  'callback.missed': ({ receiver, event, attempt, reason }) =>
    `${receiverName(receiver)} did not take ${event} at try ${attempt}, which is repeated: ${reason}`,
  'callback.failed': ({ receiver, event, attempt, reason }) =>
    `${receiverName(receiver)} is not told of ${event}${tried(attempt)}: ${reason}`,
}
