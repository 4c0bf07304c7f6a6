import { continuation } from './continuation.ts'
import { ProxyFault } from './fault.ts'

/** A text that is shown while it grows; what was shown cannot be taken back. */
export interface LiveText {
  /** Shows what is new in the text so far. One that no longer begins with what was shown is held back until the end. */
  partial(markdown: string): void
  /** Shows the rest of the final text. Throws `ProxyFault` when what was shown is not its beginning. */
  finish(whole: string, jobId: string): void
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
    finish: (whole, jobId) => {
      const rest = continuation(shown, whole)
      if (rest === undefined) throw differs(jobId)
      add(rest)
    },
    shown: () => shown,
  }
}

const differs = (jobId: string): ProxyFault =>
  new ProxyFault({
    status: 424,
    code: 'UPSTREAM_BAD_RESPONSE',
    message: `The final answer is not what was streamed so far; do not use this stream. The whole answer is at /async/result/${jobId}.`,
    details: { code: 'STREAM_DIFFERS', job_id: jobId, result: `/async/result/${jobId}` },
  })
