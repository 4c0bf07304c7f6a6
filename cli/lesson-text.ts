import { line } from '../domain/words/plain.ts'
import { inWords } from '../domain/words/time-in-words.ts'
import type { AnswerOf } from '../gateway/operations.ts'
import { harmless } from './render.ts'

/** Lessons for people. Pure. */

type Listed = AnswerOf<'lessons'>['lessons'][number]

/** Two lines a lesson: which and how it does, and what it says. `search` and `project` are what was looked for. */
export const lessonsText = (lessons: readonly Listed[], search: string, project = ''): string => {
  if (lessons.length > 0) return lessons.map(inTwoLines).join('\n')
  const where = project ? ` in project "${line(project)}"` : ''
  if (search) return `no lesson${where} holds words of "${line(search)}"`
  return `no lessons${where} yet: with [chum] enabled = true in cortex.toml they are learned from the tasks that end from then on`
}

const inTwoLines = ({ lesson, state, category, project, applied, helped, summary }: Listed): string =>
  `${lesson}  ${state}, ${category} in ${line(project)}, ${usesOf(applied, helped)}\n    ${line(summary)}`

const usesOf = (applied: number, helped: number): string => {
  if (applied === 0) return 'not used yet'
  return `in ${counted(applied, 'prompt')}${helped > 0 ? `, helped ${times(helped)}` : ''}`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
const times = (count: number): string => {
  if (count === 0) return 'never'
  return count === 1 ? 'once' : `${count} times`
}

const STATES: Readonly<Record<string, string>> = {
  known: 'known: it stands in the prompts of tasks that it fits',
  pinned: 'pinned: a person holds on to it, whatever its age and record',
  retired: 'retired: it hurt more than it helped, and stands in no prompt any more',
  forgotten: 'forgotten: a person wanted it in no prompt any more',
}

const recordOf = ({ applied, helped, ignored, contradicted }: Listed): string =>
  applied === 0
    ? 'not used yet'
    : `in ${counted(applied, 'prompt')}; helped ${times(helped)}, not heeded ${times(ignored)}, contradicted ${times(contradicted)}`

/** A lesson with its evidence and where it was used. */
export const lessonText = (lesson: AnswerOf<'lesson'>, now: string): string => {
  const { summary, detail, category, project, task, file_paths, labels, learned_at, confirmed } = lesson
  const ago = (at: string): string => `${inWords(Date.parse(now) - Date.parse(at))} ago`
  const about = [
    ['lesson', lesson.lesson],
    ['state', STATES[lesson.state] ?? lesson.state],
    ['category', `${category} in ${line(project)}`],
    ['learned', `${ago(learned_at)} from ${task}${confirmed > 0 ? `, again ${times(confirmed)}` : ''}`],
    ['files', line(file_paths.join(', ')) || 'none'],
    ['labels', line(labels.join(', ')) || 'none'],
    ['record', recordOf(lesson)],
  ].map(([name = '', value = '']) => `${name.padEnd(9)} ${value}`)
  const evidence = lesson.evidence.map(({ kind, quote }) => `  ${kind}: "${harmless(quote).replaceAll('\n', '\n    ')}"`)
  const uses = lesson.uses.map(({ task: where, use, at }) => `  ${use === 'code' ? 'author' : use} of ${where}, ${ago(at)}`)
  const parts = [
    [line(summary)],
    [harmless(detail)],
    about,
    [`evidence, quoted from the facts of ${task}:`, ...evidence],
    ['stood in the prompts for:', ...(uses.length > 0 ? uses : ['  none yet'])],
  ]
  return parts.map((lines) => lines.join('\n')).join('\n\n')
}
