import { test } from 'node:test'
import storeLessons from '../../../functions/chum/store-lessons.ts'
import { answered, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { begun, knownLesson, learner, lesson, thinking } from '../../support/lessons.ts'

const told = (answer: string) => ({ ...answered('learn', answer), id: learner })

test('lessons are facts of their task, and the learner ends', () =>
  given(storyOf(learner, begun))
    .when(
      told(
        JSON.stringify({
          lessons: [
            lesson({ summary: 'Totals are tested with rounding.', file_paths: ['test/total.js'], labels: ['tests'] }),
            lesson({ summary: 'Another.', same_as: 'lesson-00000000000000aa' }),
          ],
        }),
      ),
      thinking(),
    )
    .of(storeLessons)
    .thenAll(
      ['lesson.learned', { category: 'antipattern', project: 'shop' }, { id: 'task-1' }],
      ['lesson.confirmed', { lesson: 'lesson-00000000000000aa' }, { id: 'task-1' }],
      ['learner.ended', { learned: 1, confirmed: 1 }],
    ))

test('an answer with invented evidence is refused', () =>
  given(storyOf(learner, begun))
    .when(told(JSON.stringify({ lessons: [lesson({ evidence: [{ piece: 'P1', quote: 'invented' }] })] })), thinking())
    .of(storeLessons)
    .then('learner.refused', { faults: ['lessons.0: evidence: "invented" does not stand in piece P1'] }))

test('a lesson that a second task contradicts is retired, unless a person pinned it or it is another project’s', async () => {
  const contradicting = told(JSON.stringify({ lessons: [], contradicted: ['lesson-00000000000000bb'] }))
  const started = { ...begun, data: { ...begun.data, applied: ['lesson-00000000000000bb'] } }
  const known = (more: Parameters<typeof knownLesson>[0]) => {
    const { services, blobs } = thinking()
    const these = async () => [knownLesson({ lesson: 'lesson-00000000000000bb', ...more })]
    return { services: { ...services, lessons: { ...services.lessons, these } }, blobs }
  }
  const about = { lesson: 'lesson-00000000000000bb' }
  const ended = ['learner.ended', { learned: 0 }] as const
  const tell = (more: Parameters<typeof knownLesson>[0]) =>
    given(storyOf(learner, started)).when(contradicting, known(more)).of(storeLessons)
  await tell({}).thenAll(['lesson.contradicted', about, { id: 'task-1' }], ended)
  await tell({ contradicted: 1 }).thenAll(['lesson.contradicted', about], ['lesson.retired', about, { id: 'task-1' }], ended)
  await tell({ contradicted: 1, project: 'till' }).thenAll(['lesson.contradicted', about], ended)
  await tell({ contradicted: 1, pinned: true }).thenAll(['lesson.contradicted', about], ended)
})

test('a lesson that is known word for word is confirmed, though the learner did not say so', () =>
  given(storyOf(learner, begun))
    .when(told(JSON.stringify({ lessons: [lesson({ summary: 'sums of money are kept in WHOLE cents' })] })), thinking())
    .of(storeLessons)
    .thenAll(
      ['lesson.confirmed', { lesson: 'lesson-00000000000000aa' }, { id: 'task-1' }],
      ['learner.ended', { learned: 0, confirmed: 1 }],
    ))

test('however much is wrong with an answer, what is told of it fits a fact', () =>
  given(storyOf(learner, begun))
    .when(
      told(JSON.stringify({ lessons: [lesson({ evidence: [{ piece: 'P1'.repeat(50_000), quote: 'x'.repeat(90_000) }] })] })),
      thinking(),
    )
    .of(storeLessons)
    .then('learner.refused'))

test('a lesson that may be known waits until it was compared; what else the answer teaches does not', () =>
  given(storyOf(learner, begun))
    .when(
      told(
        JSON.stringify({
          lessons: [
            lesson({ summary: 'Never add up prices as fractions.' }),
            lesson({ summary: 'Totals are tested with rounding.', file_paths: [], labels: [] }),
          ],
        }),
      ),
      thinking(),
    )
    .of(storeLessons)
    .thenAll(['lesson.learned', { summary: 'Totals are tested with rounding.' }], ['learner.doubted', { learned: 1, confirmed: 0 }]))
