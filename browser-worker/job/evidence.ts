import type { BlobRef, Blobs } from '../../bus/blobs.ts'
import { messageOf } from '../../bus/errors.ts'
import { plainly } from '../../bus/next-steps.ts'
import { redact } from '../page/redact.ts'
import { diagnose } from '../turn/turn.ts'
import type { TurnAnswer } from '../turn/types.ts'
import type { AskContext } from './ask-context.ts'

/** Stores the answer and what the page showed of it. */
export const keepAnswer = async (
  blobs: Blobs,
  turn: TurnAnswer,
): Promise<{ answer: BlobRef; evidence: { html: BlobRef; dom: BlobRef; screenshot?: BlobRef; rendered?: BlobRef } }> => {
  const [answer, html, dom, screenshot, rendered] = await Promise.all([
    blobs.put(turn.markdown, 'text/markdown'),
    blobs.put(turn.html, 'text/html'),
    blobs.put(turn.dom, 'text/html'),
    turn.screenshot.byteLength > 0 ? blobs.put(turn.screenshot, 'image/png') : undefined,
    turn.rendered === undefined ? undefined : blobs.put(turn.rendered, 'text/markdown'),
  ])
  return { answer, evidence: { html, dom, ...(screenshot ? { screenshot } : {}), ...(rendered ? { rendered } : {}) } }
}

/** Milliseconds that a diagnosis may take; a page that is gone gives none. */
const DIAGNOSIS_MS = 5000

/** Stores what can be seen of a page on which a turn broke off, without what was asked and answered. */
export const keepDiagnosis = async (
  { services, blobs, log, signal }: AskContext,
  fault: unknown,
): Promise<{ diagnosis: BlobRef; screenshot?: BlobRef } | undefined> => {
  try {
    const seen = await services.lane.glance((tab) => diagnose(tab), AbortSignal.any([signal, AbortSignal.timeout(DIAGNOSIS_MS)]))
    if (!seen) return undefined
    // What follows the first line tells of the gesture's arguments, and the prompt is one.
    const words = redact(plainly(messageOf(fault)).split('\n')[0] ?? '', 300)
    const report = JSON.stringify({ fault: words, ...seen.report }, null, 2)
    const diagnosis = await blobs.put(report, 'application/json')
    return seen.screenshot ? { diagnosis, screenshot: await blobs.put(seen.screenshot, 'image/png') } : { diagnosis }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'no diagnosis could be taken of the page')
    return undefined
  }
}
