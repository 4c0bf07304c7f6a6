import { defineFunction } from '../define-function.ts'
import { readLessons } from './lesson-answer.ts'
import type { Piece } from './material.ts'

/** Stores the lessons of an answer as facts of their task, without secrets; what is no lesson goes back to the learner with every fault. */
export default defineFunction({
  on: ['learn.answered'],
  emits: ['lesson.learned', 'lesson.confirmed', 'learner.refused', 'learner.ended'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, latest, say, blobs, services }) => {
    const begun = await latest('learner.started', event.subject)
    if (!begun) return []
    const { task, run, project, material } = begun.data
    // The system's own words: `extract-lessons` stored them.
    const pieces = JSON.parse(await blobs.text(material)) as Piece[]
    const known = await services.lessons.ids(project)
    const { text } = await services.secrets.mask(await blobs.text(event.data.answer))
    const read = readLessons(text, { task, run, project, pieces, known })
    if (read.kind === 'faulty') return [say('learner.refused', { faults: read.faults.slice(0, 20), answer: event.data.answer })]
    const { learned, confirmed } = read
    return [
      ...learned.map((lesson) => say('lesson.learned', lesson, { id: task })),
      ...confirmed.map((lesson) => say('lesson.confirmed', lesson, { id: task })),
      say('learner.ended', { learned: learned.length, confirmed: confirmed.length }),
    ]
  },
})
