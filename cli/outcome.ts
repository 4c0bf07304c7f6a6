import { isEnded } from '../domain/phases.ts'
import type { StatusAnswer } from '../gateway/answers.ts'
import { Exit } from './fault.ts'
import { harmless, totalsText } from './render.ts'
import type { Terminal } from './terminal.ts'

/** The exit code of a state: an ended task that is not done is 1. Pure. */
export const exitOf = ({ status }: StatusAnswer): number => (status === 'failed' ? Exit.failed : Exit.done)

/** Where a task is, in a line. */
export const inWordsOf = ({ id, why }: StatusAnswer, { told }: Pick<Terminal, 'told'>): string => `${id}: ${harmless(told(why))}`

/** The last lines a person reads: what came of it, what it took, where to look next. */
export const lastWords = (status: StatusAnswer, terminal: Pick<Terminal, 'typed' | 'told'>): string => {
  const { id } = status
  const next =
    status.status === 'completed'
      ? status.branch
        ? `next: cortex diff ${id}, or git switch ${status.branch} in the repository`
        : `next: cortex story ${id}`
      : isEnded(status)
        ? `next: cortex story ${id}, cortex logs ${id}; cortex retry ${id} --guidance "..." tries again`
        : `next: cortex status ${id}`
  const answer = status.answer ? [harmless(status.answer), ''] : []
  const notes = (status.notes ?? []).map((note) => `note: ${harmless(note)}`)
  return [...answer, inWordsOf(status, terminal), ...notes, ...(isEnded(status) ? [totalsText(status)] : []), terminal.typed(next)].join(
    '\n',
  )
}
