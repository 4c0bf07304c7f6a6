import { z } from 'zod'
import { defineTool } from './define-tool.ts'

export default defineTool({
  name: 'cortex_list_agents',
  title: 'List agents',
  description: 'Lists the agents that do the work with what each may do, who plans, writes and reviews by category, and what runs now.',
  readOnly: true,
  idempotent: true,
  input: z.object({}),
  handler: async (_input, { operations }) => {
    const { agents = [], masters = [], running, lane } = await operations.system()
    return {
      agents,
      count: agents.length,
      masters,
      running,
      ...(lane ? { browser_lane: { state: lane.state, waiting: lane.waiting } } : {}),
    }
  },
})
