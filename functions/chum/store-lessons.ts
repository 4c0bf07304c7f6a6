import { defineFunction } from '../define-function.ts'
import type { KnownLesson, Lessons } from './chum-ports.ts'
import { type Doubt, isAfter } from './doubts.ts'
import { type Learned, readLessons } from './lesson-answer.ts'
import type { MaterialPiece } from './material.ts'
import { mayBeSame, sameWords, soughtFor } from './same-lesson.ts'

/**
 * Stores the lessons of an answer as facts of their task, without secrets; what is no lesson goes back to the learner with every fault.
 * Lessons that may be known already wait in the learner's story until they were compared.
 */
export default defineFunction({
  on: ['learn.answered'],
  emits: [
    'lesson.learned',
    'lesson.confirmed',
    'lesson.contradicted',
    'lesson.retired',
    'learner.refused',
    'learner.doubted',
    'learner.ended',
  ],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, latest, say, blobs, services }) => {
    const begun = await latest('learner.started', event.subject)
    if (!begun || isAfter(event, await latest('learner.doubted', event.subject))) return []
    const { task, run, project, applied, material } = begun.data
    // The system's own words: `extract-lessons` stored them.
    const pieces = JSON.parse(await blobs.text(material)) as MaterialPiece[]
    const known = await services.lessons.ids(project)
    const { text } = await services.secrets.mask(await blobs.text(event.data.answer))
    const read = readLessons(text, { task, run, project, pieces, known, applied })
    if (read.kind === 'faulty')
      return [say('learner.refused', { faults: read.faults.slice(0, 20).map((fault) => fault.slice(0, 500)), answer: event.data.answer })]
    const { contradicted } = read
    const { learned, confirmed, doubts } = await sorted(read, services.lessons)
    const counts = { learned: learned.length, confirmed: confirmed.length }
    const hurting = (await services.lessons.these(contradicted)).filter((lesson) => lesson.project === project && hurts(lesson))
    return [
      ...learned.map((lesson) => say('lesson.learned', lesson, { id: task })),
      ...confirmed.map((lesson) => say('lesson.confirmed', lesson, { id: task })),
      ...contradicted.map((lesson) => say('lesson.contradicted', { lesson }, { id: task })),
      ...hurting.map(({ lesson }) => say('lesson.retired', { lesson, reason: 'what two tasks taught says the contrary' }, { id: task })),
      doubts.length > 0
        ? say('learner.doubted', { ...counts, doubts: await blobs.put(JSON.stringify(doubts), 'application/json') })
        : say('learner.ended', counts),
    ]
  },
})

/** Of so many that words are found in, those are looked for that may say the same. */
const CANDIDATES = 10

/** What is known word for word is confirmed, and stays forgotten where a person wanted that, though the learner did not say so: it may have been stored since it was asked. What may be known is doubtful. */
const sorted = async ({ learned, confirmed }: Extract<Learned, { kind: 'good' }>, lessons: Lessons) => {
  const news = await Promise.all(
    learned.map(async (lesson) => {
      const found = await lessons.met(lesson.project, soughtFor(lesson), CANDIDATES)
      const near = found.filter((other) => other.lesson !== lesson.lesson)
      return { lesson, same: sameWords(lesson, near), known: mayBeSame(lesson, near).map(shown) }
    }),
  )
  return {
    learned: news.flatMap(({ lesson, same, known }) => (same || known.length > 0 ? [] : [lesson])),
    confirmed: [...confirmed, ...news.flatMap(({ lesson, same }) => (same ? [{ lesson: same.lesson, summary: lesson.summary }] : []))],
    doubts: news.flatMap(({ lesson, same, known }): Doubt[] => (same || known.length === 0 ? [] : [{ lesson, known }])),
  }
}

const shown = ({ lesson, summary, detail }: KnownLesson): Doubt['known'][number] => ({ lesson, summary, detail })

/** Whether a lesson of the project that is contradicted now was so before, and no person holds on to it. Pure. */
export const hurts = ({ contradicted, pinned }: Pick<KnownLesson, 'contradicted' | 'pinned'>): boolean => contradicted > 0 && !pinned
