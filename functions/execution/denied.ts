import type { Failure } from '../failure.ts'
import type { AgentResult } from '../ports.ts'

const SHOWN = 5

/** Why an agent that ended well and changed nothing did so: tools that it wanted were denied, or for no reason known. Pure. */
export const idle = (agent: string, denials: readonly string[]): Failure => {
  const tools = denials.filter((denial) => !isFailedChange(denial))
  if (tools.length > 0) return { class: 'denied', reason: `${agent} changed nothing, and ${deniedWords(agent, tools)}` }
  const why = denials.length > 0 ? `: what it wanted to change could not be applied (${denials.slice(0, SHOWN).join('; ')})` : ''
  return { class: 'no_change', reason: `${agent} ended well and changed nothing${why}` }
}

/** Codex tells of a patch that did not fit as it tells of one that it was not allowed: there is nothing to allow. */
const isFailedChange = (denial: string): boolean => denial.startsWith('file_change ')

/** The failure of a run with the tools that were denied in it, if any. Pure. */
export const withDenials = (run: Extract<AgentResult, { ok: false }>, agent: string): Failure => {
  const { class: failureClass, reason, until, denials } = run
  const tools = denials.filter((denial) => !isFailedChange(denial))
  const words = tools.length > 0 ? `${reason} In it, it ${deniedWords(agent, tools)}` : reason
  return { class: failureClass, reason: words, ...(until ? { until } : {}) }
}

/** Which tools were denied, and what lets them: for the agent's next attempt and for the person. Pure. */
export const deniedWords = (agent: string, denials: readonly string[]): string => {
  const different = [...new Set(denials)]
  const more = different.length > SHOWN ? ` and ${different.length - SHOWN} more` : ''
  const rules = [...new Set(different.map(ruleFor))].slice(0, SHOWN)
  return `was denied: ${different.slice(0, SHOWN).join('; ')}${more}. Do without, or let a person allow it: [agents.${agent}] allow = [${rules.map((rule) => JSON.stringify(rule)).join(', ')}]`
}

/** What allows a denied tool, as claude names it: a program with its first word for a command, else the tool. */
const ruleFor = (denial: string): string => {
  const command = /^Bash \{"command":"((?:[^"\\]|\\.)*)/.exec(denial)?.[1]
  if (command === undefined) return denial.split(' ')[0] ?? denial
  const [program = '', word = ''] = command.trim().split(/\s+/)
  return `Bash(${/^[a-z][\w:-]*$/i.test(word) ? `${program} ${word}` : program}:*)`
}
