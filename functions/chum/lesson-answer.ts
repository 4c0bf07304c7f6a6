import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { faultsOf } from '../../bus/envelope.ts'
import { LearnerAnswer, type Lesson } from '../../domain/catalogue/lesson.ts'
import { line } from '../../domain/words/plain.ts'
import { whyOutside } from '../planning/plan-paths.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'
import type { MaterialPiece } from './material.ts'

type Answered = z.infer<typeof LearnerAnswer>['lessons'][number]

/** Where an answer belongs, and what it may speak of. */
export interface Lecture {
  readonly task: string
  readonly run: number
  readonly project: string
  readonly pieces: readonly MaterialPiece[]
  /** The lessons of the project. */
  readonly known: readonly string[]
  /** Those that stood in the prompts of the task. */
  readonly applied: readonly string[]
}

/** What can be stored of an answer, or everything that keeps it from being stored. */
export type Learned =
  | { readonly kind: 'faulty'; readonly faults: string[] }
  | {
      readonly kind: 'good'
      readonly learned: Lesson[]
      readonly confirmed: { lesson: string; summary: string }[]
      readonly contradicted: string[]
    }

/**
 * Reads lessons from an answer. Evidence that stands in none of the pieces that it names is a fault, and so is a lesson that it says to be
 * the same as one nobody showed it. No lesson at all is an answer, too. Pure.
 */
export const readLessons = (answer: string, lecture: Lecture): Learned => {
  const found = jsonAnswer(answer)
  if (!found) return { kind: 'faulty', faults: ['the answer holds no JSON object'] }
  const parsed = LearnerAnswer.safeParse(found)
  if (!parsed.success) return { kind: 'faulty', faults: faultsOf(parsed.error) }
  const { lessons, contradicted } = parsed.data
  const faults = [
    ...lessons.flatMap((lesson, index) => faultsIn(lesson, lecture).map((fault) => `lessons.${index}: ${fault}`)),
    ...contradicted.filter((id) => !lecture.applied.includes(id)).map((id) => `contradicted: no lesson "${id}" stood in the prompts`),
  ]
  if (faults.length > 0) return { kind: 'faulty', faults }
  return {
    kind: 'good',
    learned: lessons.filter(({ same_as }) => !same_as).map((lesson) => lessonOf(lesson, lecture)),
    contradicted: [...new Set(contradicted)],
    confirmed: lessons.flatMap(({ same_as, summary }) => (same_as ? [{ lesson: same_as, summary: line(summary) }] : [])),
  }
}

const faultsIn = ({ evidence, same_as, file_paths }: Answered, { pieces, known }: Lecture): string[] => [
  ...evidence.flatMap(({ piece, quote }) => {
    const named = pieces.find(({ label }) => label === piece)
    if (!named) return [`evidence: there is no piece "${piece}"; they are ${pieces[0]?.label} to ${pieces.at(-1)?.label}`]
    return squeezed(named.text).includes(squeezed(quote)) ? [] : [`evidence: "${quote.slice(0, 100)}" does not stand in piece ${piece}`]
  }),
  ...file_paths.flatMap((file) => {
    const why = whyOutside(file)
    return why ? [`file_paths: "${file.slice(0, 100)}" ${why}`] : []
  }),
  ...(same_as && !known.includes(same_as) ? [`same_as: there is no lesson "${same_as}"`] : []),
]

/** A quotation may break its lines elsewhere, and is of a text in which `<` was written out. */
const squeezed = (text: string): string => text.replaceAll('&lt;', '<').replace(/\s+/g, ' ').trim()

const lessonOf = ({ category, summary, detail, file_paths, labels, evidence }: Answered, lecture: Lecture): Lesson => {
  const quoted = evidence.map(({ piece, quote }) => ({ quote, ...lecture.pieces.find(({ label }) => label === piece)! }))
  const warnsOf = quoted.find(({ step }) => step !== undefined)?.step
  return {
    lesson: lessonId(lecture, line(summary)),
    project: lecture.project,
    category,
    summary: line(summary),
    detail,
    filePaths: [...new Set(file_paths)],
    labels: [...new Set(labels.map((label) => line(label).toLowerCase().replaceAll(',', ' ')))],
    evidence: quoted.map(({ fact, kind, quote }) => ({ fact, kind, quote })),
    ...(warnsOf ? { warnsOf } : {}),
  }
}

/** The same lesson of the same run has the same id, however often it is stored. */
const lessonId = ({ project, task, run }: Lecture, summary: string): string =>
  `lesson-${createHash('sha256').update([project, task, run, summary].join('\n')).digest('hex').slice(0, 16)}`
