import { defineFunction } from '../../bus/define-function.ts'
import { noUsage } from '../../bus/task.ts'
import { chooseLane, lanesUp } from './lanes.ts'

/** Chooses the lane for everything that must be thought about, in the order of arrival. */
export default defineFunction({
  on: ['reasoning.requested'],
  emits: ['browser.asked', 'cli.asked', 'api.asked', 'plan.unanswered', 'review.unanswered', 'answer.unanswered'],
  ordered: true,
  timeout: '30s',
  retry: { attempts: 1, backoff: ['1s'] },
  handler: async ({ event, story, say, services }) => {
    await story()
    const { data } = event
    const job = `job-${event.id}`
    const lane = chooseLane(data, services.config.lanes, lanesUp(data, services))
    if (lane) return [say(`${lane}.asked`, { ...data, job, lane })]
    const reason = `no lane can take it: agent "${data.agent}" is not configured for ${data.purpose} ([agents] in cortex.toml knows ${services.agents.names().join(', ') || 'none'}), and [lanes.api] is not configured`
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
