import { test } from 'node:test'
import settleLessons from '../../../functions/chum/settle-lessons.ts'
import storeLessons from '../../../functions/chum/store-lessons.ts'
import { answered, fact, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { begun, doubted, learner, thinking } from '../../support/lessons.ts'

const known = 'lesson-00000000000000aa'
const waiting = storyOf(learner, begun, doubted())
const told = (answer: unknown) => ({ ...answered('learn', JSON.stringify(answer)), id: learner })
const place = { id: 'task-1' }
const bothNew = [
  ['lesson.learned', { summary: 'Never add up prices as fractions.' }, place],
  ['lesson.learned', { summary: 'Prices have a currency.' }, place],
  ['learner.ended', { learned: 3, confirmed: 0 }],
] as const

test('a lesson that is known is confirmed, and one that is not is learned', () =>
  given(waiting)
    .when(told({ same: [{ note: 'N1', as: known }] }), thinking())
    .of(settleLessons)
    .thenAll(
      ['lesson.confirmed', { lesson: known, summary: 'Never add up prices as fractions.' }, place],
      ['lesson.learned', { summary: 'Prices have a currency.' }, place],
      ['learner.ended', { learned: 2, confirmed: 1 }],
    ))

for (const [what, answer] of [
  ['nonsense', 'they are all the same'],
  ['another id than those that stood beside it', { same: [{ note: 'N1', as: 'lesson-00000000000000bb' }] }],
  ['a note that was not asked about', { same: [{ note: 'N3', as: known }] }],
] as const)
  test(`no lesson is lost where the answer is ${what}`, () =>
    given(waiting)
      .when(told(answer), thinking())
      .of(settleLessons)
      .thenAll(...bothNew))

test('no lesson is lost where nobody answers', () =>
  given(waiting)
    .when({ ...fact('learner.undecided', { reason: 'the key is wrong' }), id: learner }, thinking())
    .of(settleLessons)
    .thenAll(...bothNew))

test('the answer that taught the lessons settles nothing, and the one that compares them teaches nothing', async () => {
  await given(storyOf(learner, begun))
    .when(told({ lessons: [] }), thinking())
    .of(settleLessons)
    .thenNothing()
  await given(waiting)
    .when(told({ same: [] }), thinking())
    .of(storeLessons)
    .thenNothing()
})
