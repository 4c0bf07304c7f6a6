import type { Drift } from '../catalogue/shared.ts'
import type { Task } from '../task.ts'
import { baseInWords } from './base-words.ts'
import { count } from './pieces.ts'

/** What a person should know of a result beside whether it passed, a sentence each. Pure. */
export const notesOf = ({ base, phase, head, leftOut = [] }: Pick<Task, 'base' | 'phase' | 'head' | 'leftOut'>): string[] => [
  ...(phase === 'completed' ? [] : [baseInWords({ base })].filter((said) => said !== undefined)),
  ...(head?.drift ? driftInWords(head.drift) : []),
  ...leftOut.map(({ rule, reason }) => `scanned without ${rule}, which semgrep cannot read: ${reason}`),
]

/** Where a change and its plan differ, in a sentence for each way. Pure. */
export const driftInWords = ({ beside, untouched }: Drift): string[] => [
  ...(beside.length > 0 ? [`changed beside the plan: ${some(beside)}`] : []),
  ...(untouched.length > 0 ? [`named in the plan and not changed: ${some(untouched)}`] : []),
]

const SHOWN = 12

const some = (files: readonly string[]): string =>
  files.length > SHOWN ? `${files.slice(0, SHOWN).join(', ')} and ${count(files.length - SHOWN, 'more file')}` : files.join(', ')
