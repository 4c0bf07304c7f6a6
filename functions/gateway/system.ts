import { z } from 'zod'
import { defineService } from '../../bus/define-service.ts'

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
          running: context.running(),
          // The function that tells who stands before whom is no part of an answer.
          ...(lane ? { lane: { ...lane, ahead: undefined } } : {}),
        }
      },
    },
  },
})
