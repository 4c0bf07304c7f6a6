import { z } from 'zod'
import type { Settings } from '../../functions/settings.ts'
import { defineService } from '../context/define-service.ts'

export default defineService({
  description: 'The system itself',
  endpoints: {
    status: {
      summary: 'What runs in the process that answers, and how many tasks are open in each phase.',
      input: z.strictObject({}),
      handler: async (_input, context) => {
        const open: Record<string, number> = {}
        for (const { phase } of await context.openTasks()) open[phase] = (open[phase] ?? 0) + 1
        const lane = await context.lane()
        return {
          process: process.pid,
          node: process.versions.node,
          ...context.bus,
          open,
          running: context.running().map(({ story, ...flight }) => ({ ...flight, task: story })),
          ...whoWorks(context.services.config),
          // The function that tells who stands before whom is no part of an answer.
          ...(lane ? { lane: { ...lane, ahead: undefined } } : {}),
          ...(context.services.chat.listeners().length > 0 ? { chat: context.services.chat.listeners() } : {}),
        }
      },
    },
  },
})

/** Agents with what each may do, and who plans, writes and reviews where the operator has said so. */
const whoWorks = ({ agents, masters }: Pick<Settings, 'agents' | 'masters'>) => ({
  agents: Object.entries(agents).map(([name, { roles = ['plan', 'implement', 'review', 'answer'] }]) => ({ name, roles })),
  masters: Object.entries(masters).map(([category, master]) => ({ name: `${category}-master`, category, ...master })),
})
