import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import { learningOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { fill } from '../reasoning/fill-prompt.ts'
import { claimed } from './claimed.ts'
import type { Doubt } from './doubts.ts'
import { learningWaits } from './learning-budget.ts'

const template = readFileSync(new URL('./compare-lessons.prompt.md', import.meta.url), 'utf8')

/** Asks once for all lessons of an answer which of them are known already; on a day whose budget is spent, tomorrow. */
export default defineFunction({
  on: ['learner.doubted'],
  emits: ['reasoning.requested', 'learner.postponed', 'learner.doubted'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, latest, say, later, blobs, services, now }) => {
    const begun = await latest('learner.started', event.subject)
    if (!begun) return []
    const { project, agent } = begun.data
    const charged = await latest('learning.charged', learningOf(project))
    const waits = learningWaits(charged?.data, services.config.chum, now())
    if (waits)
      return [
        say('learner.postponed', { until: waits.until.toISOString(), reason: waits.reason }),
        later(waits.until, 'learner.doubted', event.data),
      ]
    // The system's own words: `store-lessons` stored them.
    const doubts = JSON.parse(await blobs.text(event.data.doubts)) as Doubt[]
    const prompt = fill(template, { doubts: doubts.map(inWords).join('\n') })
    return [
      say('reasoning.requested', {
        purpose: 'learn',
        agent,
        prompt: await blobs.put(prompt, 'text/markdown'),
        schema: 'same',
        timeoutMs: milliseconds(services.config.timeouts.learn),
      }),
    ]
  },
})

const inWords = ({ lesson, known }: Doubt, index: number): string =>
  [
    `<new note="N${index + 1}">\n${claimed(lesson.summary)}\n${claimed(lesson.detail)}\n</new>`,
    ...known.map(
      (other) => `<known id="${other.lesson}" beside="N${index + 1}">\n${claimed(other.summary)}\n${claimed(other.detail)}\n</known>`,
    ),
  ].join('\n')
