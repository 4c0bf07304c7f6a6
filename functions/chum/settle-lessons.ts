import { defineFunction } from '../define-function.ts'
import { type Doubt, isAfter, sameIn } from './doubts.ts'

/** Stores the lessons that were compared: known ones are confirmed; without a usable answer each is a new one, so that none is lost. */
export default defineFunction({
  on: ['learn.answered', 'learner.undecided'],
  emits: ['lesson.learned', 'lesson.confirmed', 'learner.ended'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, latest, say, blobs }) => {
    const begun = await latest('learner.started', event.subject)
    const doubted = await latest('learner.doubted', event.subject)
    if (!begun || !isAfter(event, doubted)) return []
    // The system's own words: `store-lessons` stored them.
    const doubts = JSON.parse(await blobs.text(doubted.data.doubts)) as Doubt[]
    const same = event.type === 'learn.answered' ? sameIn(await blobs.text(event.data.answer), doubts) : new Map<Doubt, string>()
    const facts = doubts.map((doubt) => {
      const known = same.get(doubt)
      const place = { id: begun.data.task }
      return known
        ? say('lesson.confirmed', { lesson: known, summary: doubt.lesson.summary }, place)
        : say('lesson.learned', doubt.lesson, place)
    })
    const { learned, confirmed } = doubted.data
    return [...facts, say('learner.ended', { learned: learned + doubts.length - same.size, confirmed: confirmed + same.size })]
  },
})
