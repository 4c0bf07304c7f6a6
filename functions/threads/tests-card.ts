import { marked } from '../../bus/noted-steps.ts'
import { changesInWords } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import type { ChatBody } from '../ports.ts'
import { plain, shortened } from './plain-words.ts'

/** The slot of the card for a change of the tests, by its hash. */
export const testsSlot = (id: string, hash: string): string => `tests ${id} ${hash.slice(0, 12)}`
export const isTestsSlot = (slot: string): boolean => slot.startsWith('tests ')

/** The hash of the change of its tests that a task waits with for a person; undefined where it does not. Pure. */
export const waitingDoubt = ({ phase, doubt }: Pick<Task, 'phase' | 'doubt'>): string | undefined =>
  phase === 'escalated' ? doubt : undefined

/** A card for a change of the tests: what it touches, a button that lets this very change be judged by its own, and what became of it. Pure. */
export const testsCard = (task: Task, hash: string): ChatBody => {
  const title = `Tests changed: ${plain(shortened(task.created?.title ?? task.id, 120))}`
  const named = `\`${task.id}\`, change ${hash.slice(0, 8)}`
  if (waitingDoubt(task) !== hash) return { title, text: `${outcomeOf(task, hash)}\n\n${named}` }
  const touched = plain(shortened(changesInWords(task.head?.yardstick ?? []), 600))
  const parts = [
    plain(shortened(task.end ? marked(task.end).reason : '', 800)),
    touched && `**It touches**: ${touched}`,
    `Approve lets this very change be judged by its own tests. \`retry ${task.id} <guidance>\` has it made otherwise.`,
    named,
  ]
  return { title, text: parts.filter(Boolean).join('\n\n'), buttons: ['approve'] }
}

const outcomeOf = ({ doubtApproved, end, phase }: Task, hash: string): string => {
  if (doubtApproved?.hash === hash) return `✅ approved by ${doubtApproved.by}`
  return end ? `⏹️ the task is ${phase}: ${plain(shortened(marked(end).reason, 300))}` : '↪️ it is made again'
}
