import { join } from 'node:path'
import { learned } from '../../infra/agents/scripted/learn.mjs'
import { plan } from '../../infra/agents/scripted/plan.mjs'
import { review } from '../../infra/agents/scripted/review.mjs'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import type { Playground } from './playground.ts'

/** How long the stand-in seems to think, in milliseconds, and how fast it writes: long enough to be seen, short enough to watch. */
const PACE = {
  thinking: { ms: 1200, labels: ['Reading the task', 'Looking for the smallest change'] },
  streaming: { charactersPerSecond: 4000 },
}

/**
 * Starts the stand-in chat page of the demo on its port of before, or on any free one. It goes on where an interrupted demo
 * left it, as a real page would, which is nobody's child.
 */
export const startStandInPage = async (playground: Playground): Promise<Simulator> => {
  const page = await startSimulator({ port: playground.pagePort ?? 0, statePath: join(playground.folder, 'chat-page.json'), answer })
  page.setDefaultScript(PACE)
  return page
}

/** Plans and verdicts by the sentences that the scripted agents know; anything else is said to be beyond the stand-in. */
const answer = (prompt: string): string => {
  try {
    const found = learned(prompt) ?? (prompt.includes('<diff>') ? review(prompt) : plan(prompt))
    return `\`\`\`json\n${JSON.stringify(found, null, 2)}\n\`\`\``
  } catch (error) {
    return `No model answers here. ${error instanceof Error ? error.message : String(error)}`
  }
}
