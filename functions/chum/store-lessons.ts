import { defineFunction } from '../define-function.ts'
import type { KnownLesson, Lessons } from './chum-ports.ts'
import { type Learned, readLessons } from './lesson-answer.ts'
import type { MaterialPiece } from './material.ts'

/** Stores the lessons of an answer as facts of their task, without secrets; what is no lesson goes back to the learner with every fault. */
export default defineFunction({
  on: ['learn.answered'],
  emits: ['lesson.learned', 'lesson.confirmed', 'lesson.contradicted', 'lesson.retired', 'learner.refused', 'learner.ended'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, latest, say, blobs, services }) => {
    const begun = await latest('learner.started', event.subject)
    if (!begun) return []
    const { task, run, project, applied, material } = begun.data
    // The system's own words: `extract-lessons` stored them.
    const pieces = JSON.parse(await blobs.text(material)) as MaterialPiece[]
    const known = await services.lessons.ids(project)
    const { text } = await services.secrets.mask(await blobs.text(event.data.answer))
    const read = readLessons(text, { task, run, project, pieces, known, applied })
    if (read.kind === 'faulty')
      return [say('learner.refused', { faults: read.faults.slice(0, 20).map((fault) => fault.slice(0, 500)), answer: event.data.answer })]
    const { contradicted } = read
    const { learned, confirmed } = await merged(read, services.lessons)
    const hurting = (await services.lessons.these(contradicted)).filter(hurts)
    return [
      ...learned.map((lesson) => say('lesson.learned', lesson, { id: task })),
      ...confirmed.map((lesson) => say('lesson.confirmed', lesson, { id: task })),
      ...contradicted.map((lesson) => say('lesson.contradicted', { lesson }, { id: task })),
      ...hurting.map(({ lesson }) => say('lesson.retired', { lesson, reason: 'what two tasks taught says the contrary' }, { id: task })),
      say('learner.ended', { learned: learned.length, confirmed: confirmed.length }),
    ]
  },
})

/** How many lessons are looked at for one that says the same. */
const NEAREST = 3

/** What is known word for word is confirmed, though the learner did not say so: it may have been stored since it was asked. */
const merged = async ({ learned, confirmed }: Extract<Learned, { kind: 'good' }>, lessons: Lessons) => {
  const news = await Promise.all(
    learned.map(async (lesson) => {
      const near = await lessons.near(lesson.project, lesson.summary, NEAREST)
      return { lesson, same: near.find((other) => other.lesson !== lesson.lesson && bare(other.summary) === bare(lesson.summary)) }
    }),
  )
  return {
    learned: news.flatMap(({ lesson, same }) => (same ? [] : [lesson])),
    confirmed: [...confirmed, ...news.flatMap(({ lesson, same }) => (same ? [{ lesson: same.lesson, summary: lesson.summary }] : []))],
  }
}

/** The words of a sentence, without what a writer may set otherwise. */
const bare = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')

/** Whether a lesson that is contradicted now was so before, and no person holds on to it. Pure. */
export const hurts = ({ contradicted, pinned }: Pick<KnownLesson, 'contradicted' | 'pinned'>): boolean => contradicted > 0 && !pinned
