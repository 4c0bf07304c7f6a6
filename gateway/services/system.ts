import { z } from 'zod'
import type { Settings } from '../../functions/settings.ts'
import { SystemAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'

/** The system itself. */
export const systemOperations = {
  system: defineOperation({
    name: 'system.status',
    summary: 'What runs in the process that answers, and how many tasks are open in each phase.',
    scopes: ['read'],
    input: z.strictObject({}),
    answer: SystemAnswer,
    handler: async (_input, context) => {
      const open: Record<string, number> = {}
      for (const { phase } of await context.openTasks()) open[phase] = (open[phase] ?? 0) + 1
      const lane = await context.lane()
      const building = context.views.building()
      const standby = context.standby()
      const streams = await context.streams()
      const shortage = await context.services.disk.shortage()
      return {
        process: process.pid,
        node: process.versions.node,
        ...context.bus,
        open,
        running: context.running().map(({ story, ...flight }) => ({ ...flight, task: story })),
        ...whoWorks(context.services.config),
        // The function that tells who stands before whom is no part of an answer.
        ...(lane ? { lane: { ...lane, ahead: undefined } } : {}),
        ...(standby ? { standby } : {}),
        ...(shortage ? { disk: shortage } : {}),
        ...(streams.length > 0 ? { streams: streams.map((one) => ({ ...one })) } : {}),
        ...(building ? { views: { ...building } } : {}),
        ...(context.services.chat.listeners().length > 0 ? { chat: context.services.chat.listeners().map((one) => ({ ...one })) } : {}),
      }
    },
  }),
}

/** Agents with what each may do, and who plans, writes and reviews where the operator has said so. */
const whoWorks = ({ agents, masters }: Pick<Settings, 'agents' | 'masters'>) => ({
  agents: Object.entries(agents).map(([name, { roles = ['plan', 'implement', 'review', 'answer'] }]) => ({ name, roles: [...roles] })),
  masters: Object.entries(masters).map(([category, master]) => ({ name: `${category}-master`, category, ...master })),
})
