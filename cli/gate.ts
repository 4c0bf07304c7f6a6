import { Plan } from '../domain/catalogue/plan.ts'
import type { CommandAnswer } from '../gateway/answers.ts'
import { wholeText } from '../gateway/whole-text.ts'
import type { Cortex } from './connect.ts'
import { harmless, painter, planText } from './render.ts'
import type { Terminal } from './terminal.ts'

export type Decision = { kind: 'approve' } | { kind: 'reject' | 'question'; text: string } | { kind: 'none' }

/** What a person should know of the commit that a plan starts from. */
export const aboutBase = (base: string | undefined): string[] => (base === undefined ? [] : [harmless(base)])

/** The plan as text for people, with what is known of its base, and its hash. */
export const showPlan = async (
  cortex: Cortex,
  id: string,
  terminal: Terminal,
): Promise<{ hash: string; text: string; base?: string | undefined }> => {
  const { first, text } = await wholeText((offset) => cortex.ask('plan', { id, offset }))
  const plan = planText(Plan.parse(JSON.parse(text)), first.plan_hash, painter(terminal.colour))
  return { hash: first.plan_hash, text: [plan, ...aboutBase(first.base)].join('\n\n'), base: first.base }
}

/** Shows the plan and asks: yes, no, changes. No answer (end of input, Ctrl-C) decides nothing. */
export const askPerson = async (terminal: Terminal, plan: string, signal: AbortSignal): Promise<Decision> => {
  terminal.status('')
  terminal.say('')
  terminal.say(plan)
  terminal.say('')
  for (;;) {
    const word = await terminal.ask('Approve this plan? [y]es, [n]o, [c]hanges: ', signal)
    if (word === null) return { kind: 'none' }
    const choice = word.trim().toLowerCase()
    if (['y', 'yes'].includes(choice)) return { kind: 'approve' }
    const kind = ['n', 'no'].includes(choice) ? 'reject' : ['c', 'changes'].includes(choice) ? 'question' : undefined
    if (!kind) continue
    const text = await terminal.ask(kind === 'reject' ? 'Why not? ' : 'What should change? ', signal)
    if (text === null) return { kind: 'none' }
    if (text.trim() !== '') return { kind, text: text.trim() }
  }
}

/** Tells the system the decision on the plan with this hash. */
export const decide = async (cortex: Cortex, id: string, planHash: string, decision: Decision): Promise<CommandAnswer | undefined> => {
  switch (decision.kind) {
    case 'approve':
      return cortex.ask('approve', { id, planHash })
    case 'reject':
      return cortex.ask('reject', { id, planHash, reason: decision.text })
    case 'question':
      return cortex.ask('question', { id, planHash, wish: decision.text })
    default:
      return undefined
  }
}
