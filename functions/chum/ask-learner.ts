import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import { learningOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { fill } from '../reasoning/fill-prompt.ts'
import type { KnownLesson } from './chum-ports.ts'
import { claimed } from './claimed.ts'
import { learningWaits } from './learning-budget.ts'
import type { MaterialPiece } from './material.ts'

const template = readFileSync(new URL('./ask-learner.prompt.md', import.meta.url), 'utf8')
/** How many known lessons a learner is shown. */
const KNOWN = 5

/** Asks what a run teaches, once more with the faults after an answer that cannot be stored; on a day whose budget is spent, tomorrow. */
export default defineFunction({
  on: ['learner.started', 'learner.refused', 'learner.resumed'],
  emits: ['reasoning.requested', 'learner.postponed', 'learner.resumed', 'learner.ended'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  tells: true,
  handler: async ({ event, history, latest, say, later, blobs, services, now }) => {
    const story = await history()
    const begun = story.find((fact) => fact.type === 'learner.started')
    if (!begun) return []
    if (!services.config.chum.enabled) return [say('learner.ended', { learned: 0, confirmed: 0, reason: 'learning is switched off' })]
    const refusals = story.filter((fact) => fact.type === 'learner.refused')
    if (refusals.length > 1)
      return [say('learner.ended', { learned: 0, confirmed: 0, reason: `no usable answer: ${refusals.at(-1)!.data.faults[0]}` })]
    const { project, agent, applied, material } = begun.data
    const charged = await latest('learning.charged', learningOf(project))
    const waits = learningWaits(charged?.data, services.config.chum, now())
    if (waits)
      return [
        say('learner.postponed', { until: waits.until.toISOString(), reason: waits.reason }),
        later(waits.until, 'learner.resumed', {}),
      ]
    // The system's own words: `extract-lessons` stored them.
    const pieces = JSON.parse(await blobs.text(material)) as MaterialPiece[]
    const known = await services.lessons.near(project, soughtBy(pieces), KNOWN)
    const shown = await services.lessons.these(applied)
    const prompt = fill(template, {
      pieces: pieces.map(fenced).join('\n'),
      known: named(known),
      applied: named(shown),
      faults: faultsText(event.type === 'learner.refused' ? event.data.faults : []),
    })
    return [
      say('reasoning.requested', {
        purpose: 'learn',
        agent,
        prompt: await blobs.put(prompt, 'text/markdown'),
        schema: 'lessons',
        timeoutMs: milliseconds(services.config.timeouts.learn),
      }),
    ]
  },
})

const named = (lessons: readonly KnownLesson[]): string =>
  lessons.map(({ lesson, category, summary }) => `${lesson} (${category}): ${claimed(summary)}`).join('\n') || 'none'

const fenced = ({ label, title, text }: MaterialPiece): string =>
  `<piece id="${label}" about="${claimed(title).replaceAll('"', "'")}">\n${claimed(text)}\n</piece>`

const faultsText = (faults: readonly string[]): string =>
  faults.length > 0
    ? `\nYour last answer could not be stored:\n${faults.map((fault) => `- ${claimed(fault).replace(/\s+/g, ' ')}`).join('\n')}\n`
    : ''

/** What known lessons are looked for by: the words of findings and paths. Pure. */
export const soughtBy = (pieces: readonly MaterialPiece[]): string =>
  pieces
    .filter(({ kind }) => kind === 'finding' || kind === 'end' || kind === 'plan')
    .map(({ text }) => text)
    .join('\n')
    .slice(0, 20_000)
