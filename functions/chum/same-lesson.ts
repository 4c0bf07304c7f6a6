import type { Lesson } from '../../domain/catalogue/lesson.ts'
import type { NearLesson } from './chum-ports.ts'

/** How many known lessons a new one is compared with. */
const NEAREST = 3
/** Of the words of two summaries, the share that stands in both: alone a sign, and beside a common label. */
const MANY = 0.5
const SOME = 0.2

type Compared = Pick<Lesson, 'summary' | 'filePaths' | 'labels'>

/** What lessons that say the same are looked for by. Pure. */
export const soughtFor = ({ summary, labels, filePaths }: Compared): string => [summary, ...labels, ...filePaths].join(' ')

/** The known lesson that says the same word for word. Pure. */
export const sameWords = (lesson: Compared, near: readonly NearLesson[]): NearLesson | undefined =>
  near.find(({ summary }) => wordsOf(summary).join(' ') === wordsOf(lesson.summary).join(' '))

/** Those that words were found in and that may say the same: about one file, or alike in words and labels. The nearest three. Pure. */
export const mayBeSame = (lesson: Compared, near: readonly NearLesson[]): NearLesson[] =>
  near.filter((other) => mayBe(lesson, other)).slice(0, NEAREST)

const mayBe = (a: Compared, b: Compared): boolean => {
  const common = commonWords(a.summary, b.summary)
  return common >= MANY || shares(a.filePaths, b.filePaths) || (common >= SOME && shares(a.labels, b.labels))
}

const shares = (a: readonly string[], b: readonly string[]): boolean => a.some((one) => b.includes(one))

const commonWords = (a: string, b: string): number => {
  const [left, right] = [new Set(wordsOf(a)), new Set(wordsOf(b))]
  return left.intersection(right).size / Math.max(1, Math.min(left.size, right.size))
}

/** The words of a sentence, without what a writer may set otherwise. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
