import type { Priority } from '../../../domain/catalogue/shared.ts'
import { priorities } from '../../../domain/choices.ts'
import { MAX_TASKS, type WantedTask, wantedTasks } from './wanted-tasks.ts'

/** What a message means to us. */
export type ChatWords =
  | { readonly kind: 'tasks'; readonly tasks: readonly WantedTask[]; readonly project?: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly id?: string }
  | { readonly kind: 'priority'; readonly id: string; readonly priority: Priority }
  | { readonly kind: 'cancel' | 'reject' | 'changes'; readonly id: string; readonly words: string }
  | { readonly kind: 'retry'; readonly id: string; readonly words: string; readonly mendBase?: true }
  | { readonly kind: 'approve'; readonly id: string }
  /** It was meant for us and cannot be done as it stands; `sentence` says what is right. */
  | { readonly kind: 'unclear'; readonly sentence: string }
  /** Not meant for us. */
  | { readonly kind: 'nothing' }

/** p0 is critical; the original's p3 and p4 are both low. */
const { critical: p0, high: p1, medium: p2, low: p3 } = priorities
const PRIORITIES: Readonly<Record<string, Priority>> = { p0, p1, p2, p3, p4: p3 }

export const HELP = [
  'Mention me with what you want done: one task, or a list of several.',
  '`status [id]` – where the tasks of this thread, or one task, stand and why',
  '`priority <id> p0-p4` – p0 critical, p1 high, p2 medium, p3 and p4 low',
  '`cancel <id> [reason]`, `retry <id> [--mend-base] [guidance]` – with the first its purpose is to make the base green',
  '`create task "title" "description"`',
  '`approve <id>`, `reject <id> <reason>`, `changes <id> <what should change>` – for those who may decide',
  'An id may be shortened; in a followed thread `1` is its first task. `project:name` in a message chooses the project.',
].join('\n')

/**
 * Reads a message. In a followed thread people also talk to each other: what does not mention us counts only if it is a
 * command of the right form, and is never a new task. Pure.
 */
export const chatWords = (text: string, isMention: boolean): ChatWords => {
  const said = text.trim()
  const command = commandOf(said)
  if (command) return isMention || command.kind !== 'unclear' ? command : { kind: 'nothing' }
  if (!isMention) return { kind: 'nothing' }
  return said === '' ? { kind: 'help' } : tasksOf(said)
}

const commandOf = (said: string): ChatWords | undefined => {
  const [, first = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(said) ?? []
  const read = Object.hasOwn(readers, first.toLowerCase()) ? readers[first.toLowerCase()] : undefined
  return read?.(rest.trim())
}

/** Undefined: it only begins like a command. */
const readers: Readonly<Record<string, (rest: string) => ChatWords | undefined>> = {
  help: (rest) => (rest === '' ? { kind: 'help' } : undefined),
  status: (rest) => {
    if (rest === '') return { kind: 'status' }
    const { id, words } = split(rest)
    return isReference(id) && words === '' ? { kind: 'status', id } : undefined
  },
  priority: (rest) => {
    const { id, words } = split(rest)
    const priority = Object.hasOwn(PRIORITIES, words.toLowerCase()) ? PRIORITIES[words.toLowerCase()] : undefined
    if (isReference(id) && priority !== undefined) return { kind: 'priority', id, priority }
    const meant = rest === '' || isReference(id) || priority !== undefined
    return meant ? unclear('priority needs an id and one of p0 to p4, for example: priority 1 p0') : undefined
  },
  cancel: (rest) => about('cancel', rest),
  retry: (rest) => {
    const again = about('retry', rest)
    if (again?.kind !== 'retry' || !MEND_BASE.test(again.words)) return again
    return { ...again, words: again.words.replace(MEND_BASE, ''), mendBase: true }
  },
  reject: (rest) => about('reject', rest),
  changes: (rest) => {
    const wish = about('changes', rest)
    return wish?.kind === 'changes' && wish.words === '' ? unclear('say what should change, for example: changes 1 keep the old API') : wish
  },
  approve: (rest) => {
    const { id, words } = split(rest)
    if (rest === '') return unclear('approve needs the id of a task, for example: approve 1')
    return isReference(id) && words === '' ? { kind: 'approve', id } : undefined
  },
  create: (rest) => {
    if (!/^task\b/i.test(rest)) return undefined
    const quoted = /^task\s+["“]([^"“”]+)["”](?:\s+["“]([^"“”]*)["”])?$/i.exec(rest)
    const [, title = '', description = ''] = quoted ?? []
    if (title.trim() !== '') return { kind: 'tasks', tasks: [{ title: title.trim(), description: description.trim() }] }
    return /["“”]|^task$/i.test(rest) ? unclear('write: create task "title" "description"') : undefined
  },
}

/** Platforms make a dash of two hyphens. */
const MEND_BASE = /^(?:--|[—–])mend-base(?:\s+|$)/i

const about = (kind: 'cancel' | 'retry' | 'reject' | 'changes', rest: string): ChatWords | undefined => {
  const { id, words } = split(rest)
  if (rest === '') return unclear(`${kind} needs the id of a task, for example: ${kind} 1`)
  return isReference(id) ? { kind, id, words } : undefined
}

const unclear = (sentence: string): ChatWords => ({ kind: 'unclear', sentence })

const split = (rest: string): { id: string; words: string } => {
  const [, id = '', words = ''] = /^`?#?([^\s`]+)`?\s*([\s\S]*)$/.exec(rest) ?? []
  return { id, words: words.trim() }
}

/** A number of the thread's list, or an id, perhaps shortened: ids that we give have a digit. */
const isReference = (word: string): boolean => /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(word)

const PROJECT = /(?:^|\s)project:([A-Za-z0-9][A-Za-z0-9_-]{0,63})(?=\s|$)/i

const tasksOf = (said: string): ChatWords => {
  const project = PROJECT.exec(said)?.[1]
  const tasks = wantedTasks(project === undefined ? said : said.replace(PROJECT, ' ').trim())
  if (tasks.length === 0) return { kind: 'help' }
  if (tasks.length > MAX_TASKS) return unclear(`one message may ask for ${MAX_TASKS} tasks; this one asks for ${tasks.length}`)
  return { kind: 'tasks', tasks, ...(project === undefined ? {} : { project }) }
}
