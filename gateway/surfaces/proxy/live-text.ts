import { ProxyFault } from './fault.ts'
import type { Question } from './question.ts'
import type { ProxySettings } from './settings.ts'
import { firstTokens } from './text-limits.ts'

/** A text that is shown while it grows; what was shown cannot be taken back. */
export interface LiveText {
  /** Shows what is new in the text so far. One that no longer begins with what was shown is held back until the end. */
  partial(markdown: string): void
  /** Shows the rest of the final text, in the first of its readings that goes on from what was shown. Throws `ProxyFault` when none does. */
  finish(readings: readonly string[], jobId: string): void
  shown(): string
}

export const liveText = (show: (delta: string) => void): LiveText => {
  let shown = ''
  const add = (delta: string): void => {
    if (delta === '') return
    shown += delta
    show(delta)
  }
  return {
    partial: (markdown) => {
      if (markdown.startsWith(shown)) add(markdown.slice(shown.length))
    },
    finish: (readings, jobId) => {
      const whole = readings.find((reading) => reading.startsWith(shown))
      if (whole === undefined) throw differs(jobId)
      add(whole.slice(shown.length))
    },
    shown: () => shown,
  }
}

/** How a growing text is shown; not at all when it may yet be replaced or end before what it shows: its form is checked, or a stop may come. */
export const partialShower = (
  live: LiveText,
  { form, request: { limits } }: Question,
  { streamLive }: ProxySettings,
): LiveText['partial'] | undefined =>
  streamLive && !form && !limits?.stop.length ? (markdown) => live.partial(firstTokens(markdown, limits?.maxTokens)) : undefined

const differs = (jobId: string): ProxyFault =>
  new ProxyFault({
    status: 424,
    code: 'UPSTREAM_BAD_RESPONSE',
    message: `The final answer is not what was streamed so far; do not use this stream. The whole answer is at /async/result/${jobId}.`,
    details: { code: 'STREAM_DIFFERS', job_id: jobId, result: `/async/result/${jobId}` },
  })
