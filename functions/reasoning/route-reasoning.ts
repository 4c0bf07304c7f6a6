import { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import { isJobId, jobIdFor } from '../../domain/job.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import { noUsage } from '../../domain/task.ts'
import { defineOrdered } from '../define-function.ts'
import { lanesOpenTo } from '../review/reviewers.ts'
import { chooseLane, lanesUp, reportOf } from './lanes.ts'

/** Chooses the lane for everything that must be thought about, in the order of arrival. */
export default defineOrdered({
  on: ['reasoning.requested'],
  emits: ['reasoning.routed', 'browser.asked', 'cli.asked', 'api.asked', ...laneOutcomes],
  handler: async ({ event, state, say, services, latest }) => {
    const task = await state()
    const { data } = event
    const { implementer } = task.rounds.at(-1)?.attempt ?? {}
    const lanes = lanesOpenTo({ ...data, implementer }, services.config)
    // A job of the model proxy is its own story; a task's question is a job within the task's.
    const job = isJobId(event.subject) ? event.subject : jobIdFor(event.id)
    const browser = lanes.browser && (await latest('lane.changed', BROWSER_LANE))
    const lane = chooseLane(data, lanes, lanesUp(data, { ...services, config: { lanes } }, reportOf(browser || undefined, event.time)))
    if (lane && lane !== 'cli' && data.workspace) return [say('reasoning.routed', { ...data, job, lane })]
    if (lane) return [say(`${lane}.asked`, { ...data, job, lane })]
    const reason = nobodyAnswers(data, services.agents.names())
    return [
      say(`${data.purpose}.unanswered`, {
        job,
        purpose: data.purpose,
        lane: 'cli',
        agent: data.agent,
        code: 'missing',
        reason,
        retryable: false,
        usage: noUsage,
        request: data,
      }),
    ]
  },
})

const nobodyAnswers = (data: { agent: string; purpose: string }, agents: readonly string[]): string =>
  data.purpose === 'chat'
    ? 'no lane can take it: [lanes.browser] is not configured in cortex.toml'
    : `no lane can take it: agent "${data.agent}" is not configured for ${data.purpose} ([agents] in cortex.toml knows ${agents.join(', ') || 'none'}), and neither [lanes.browser] nor [lanes.api] is configured`
