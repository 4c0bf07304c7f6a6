import { defineFunction } from '../../bus/define-function.ts'
import { chooseLane } from './lanes.ts'
import { noUsage } from '../../bus/task.ts'

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
    // No browser worker reports a lane yet: it counts as down until one does.
    const up = { browser: false, cli: services.agents.has(data.agent, roleOf(data.purpose)), api: services.model.configured }
    const lane = chooseLane(data, services.config.lanes, up)
    if (lane) return [say(`${lane}.asked`, { ...data, job, lane })]
    const reason = `no lane can take it: agent "${data.agent}" is not configured for ${roleOf(data.purpose)} ([agents] in cortex.toml knows ${services.agents.names().join(', ') || 'none'}), and [lanes.api] is not configured`
    return [say(`${data.purpose}.unanswered`, { job, purpose: data.purpose, lane: 'cli', agent: data.agent, code: 'missing', reason, retryable: false, usage: noUsage, request: data })]
  },
})

/** The role of an agent that serves a purpose. */
export const roleOf = (purpose: 'plan' | 'review' | 'answer'): 'plan' | 'review' | 'answer' => purpose
