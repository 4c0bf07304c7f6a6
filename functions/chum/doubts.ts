import { type Lesson, SameAnswer } from '../../domain/catalogue/lesson.ts'
import type { Fact } from '../../domain/fact.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'
import type { KnownLesson } from './chum-ports.ts'

/** A lesson that some of the known ones may say already. */
export interface Doubt {
  readonly lesson: Lesson
  readonly known: readonly Pick<KnownLesson, 'lesson' | 'summary' | 'detail'>[]
}

/** Whether a fact is about what was doubted: an answer before it is to another question. Pure. */
export const isAfter = (event: Fact, doubted: Fact<'learner.doubted'> | undefined): doubted is Fact<'learner.doubted'> =>
  doubted !== undefined && doubted.sequence < event.sequence

/** Which lessons are known, as far as an answer names one that stood beside them. Pure. */
export const sameIn = (answer: string, doubts: readonly Doubt[]): Map<Doubt, string> => {
  const { data } = SameAnswer.safeParse(jsonAnswer(answer))
  return new Map(
    doubts.flatMap((doubt, index): [Doubt, string][] => {
      const named = data?.same.find(({ note }) => note === `N${index + 1}`)?.as
      return doubt.known.some(({ lesson }) => lesson === named) ? [[doubt, named!]] : []
    }),
  )
}
