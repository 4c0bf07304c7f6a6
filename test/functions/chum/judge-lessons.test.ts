import { test } from 'node:test'
import judgeLessons from '../../../functions/chum/judge-lessons.ts'
import { completed, dodFailed, escalated, fact, found, rejected, reviewing, round, verified, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { knownLesson } from '../../support/lessons.ts'
import { config } from '../../support/stubs.ts'

const lesson = 'lesson-00000000000000aa'
const applied = fact('lesson.applied', { lessons: [lesson], use: 'code' })
const knowing = (more: Parameters<typeof knownLesson>[0]) => ({
  services: {
    config: config({ chum: { enabled: true } }),
    lessons: { these: async (ids: readonly string[]) => ids.map((id) => knownLesson({ lesson: id, ...more })) },
  },
})
const failed = (file: string) => {
  const { data } = dodFailed()
  return fact('dod.failed', { ...data, findings: [found('npm test ended with 1', { from: 'dod', file })] })
}

test('a lesson helped when what it warns of was passed at the first attempt', () =>
  given(reviewing(), applied, verified())
    .when(completed(), knowing({ warnsOf: 'dod' }))
    .of(judgeLessons)
    .then('lesson.helped', { lesson }))

test('it was not heeded when the step failed over a file that it is about', () =>
  given(reviewing(), applied, failed('src/cart.js'), round({ n: 2 }), written(), verified())
    .when(completed(), knowing({ warnsOf: 'dod' }))
    .of(judgeLessons)
    .then('lesson.ignored', { lesson }))

test('nothing is said of one whose step failed over another file, or that warns of no step', async () => {
  await given(reviewing(), applied, failed('docs/guide.md'), round({ n: 2 }), written(), verified())
    .when(completed(), knowing({ warnsOf: 'dod' }))
    .of(judgeLessons)
    .thenNothing()
  await given(reviewing(), applied, verified()).when(completed(), knowing({})).of(judgeLessons).thenNothing()
})

test('a run that ended before the step says nothing of it either', () =>
  given(reviewing(), applied, rejected())
    .when(escalated(), knowing({ warnsOf: 'dod' }))
    .of(judgeLessons)
    .thenNothing())

test('a lesson that stood in the reviewer’s prompt alone helped no author', () =>
  given(reviewing(), fact('lesson.applied', { lessons: [lesson], use: 'review' }), verified())
    .when(completed(), knowing({ warnsOf: 'dod' }))
    .of(judgeLessons)
    .thenNothing())

test('paths of another project say nothing of a lesson from there', () =>
  given(reviewing(), applied, failed('src/cart.js'), round({ n: 2 }), written(), verified())
    .when(completed(), knowing({ warnsOf: 'dod', project: 'till' }))
    .of(judgeLessons)
    .thenNothing())
