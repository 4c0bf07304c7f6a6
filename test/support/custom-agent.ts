import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./agents/custom-agent.mjs', import.meta.url))

/** What an agent of the test's own does when it is asked: waits, writes files, says something, fails or never ends. */
export interface Deed {
  say?: string
  write?: Record<string, string>
  /** It answers only when this file is there. */
  waitFor?: string
  /** It says this on stderr and ends with 1. */
  fail?: string
  /** It does not end by itself after what it said. */
  hang?: true
}
type Role = 'plan' | 'implement' | 'review' | 'answer'

/** An agent that does what the test says, one deed for each time it is asked in a role; the last one is done again. */
export const customAgent = (behaviourFile: string, deeds: Partial<Record<Role, Deed[]>>) => {
  writeFileSync(behaviourFile, JSON.stringify(deeds))
  const promptFile = (role: Role, time: number): string => `${behaviourFile}.${role}.${time}.prompt`
  return {
    config: {
      command: [process.execPath, program, 'implement', behaviourFile],
      read_command: [process.execPath, program, '{role}', behaviourFile],
      output: 'text',
      roles: Object.keys(deeds),
    },
    /** What it was asked the n-th time, counted from 1; undefined when it was not. */
    prompt: (role: Role, time = 1): string | undefined =>
      existsSync(promptFile(role, time)) ? readFileSync(promptFile(role, time), 'utf8') : undefined,
  }
}

/** A plan as a planner answers it. */
export const planJson = (summary: string, file = 'greeting.txt'): string =>
  JSON.stringify({
    summary,
    steps: [{ description: summary, file, rationale: 'the task asks for it' }],
    files_to_modify: [file],
    acceptance_criteria: [`\`${file}\` contains \`goodbye\``],
    estimated_complexity: 'low',
    risk_assessment: 'none',
  })
