import { type PageState, rateLimited } from '../page/classify-page.ts'
import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { matchesAny, type SitePack } from '../sites/site-pack.ts'
import { laneFault } from './lane-fault.ts'
import { TurnFault } from './types.ts'

/** A trouble of a sent turn as one look shows it, and in how many looks in a row it must be seen before it counts. */
export interface Trouble {
  readonly fault: TurnFault
  readonly looks: number
}

/**
 * What ends a sent turn early: an error node of this very turn, a dialog or alert while nothing at all is answered, or a page on which
 * nobody is signed in any more. Words inside the answer never count.
 */
export const troubleOf = (
  seen: PageSnapshot,
  own: TurnSnapshot | undefined,
  answer: TurnSnapshot | undefined,
  state: PageState,
  pack: SitePack,
): Trouble | undefined => {
  if (state.state === 'auth_required' || state.state === 'challenge') return { fault: laneFault(state, 'yes'), looks: 2 }
  const error = [...(answer?.errors ?? []), ...(own?.errors ?? [])].find((words) => words !== '') ?? answer?.errors[0] ?? own?.errors[0]
  // A page may try again by itself while it still shows the error over its stop button.
  if (error !== undefined) return { fault: faultOf(error, seen.at, pack), looks: seen.stop ? 10 : 2 }
  const isIdle = !seen.stop && (answer?.textLength ?? 0) === 0 && (answer?.thinking ?? null) === null
  const ending = [...pack.texts.rateLimited, ...pack.texts.tooLong, ...pack.texts.failed]
  const notice = isIdle ? seen.notices.find(({ text }) => matchesAny(ending, text)) : undefined
  return notice ? { fault: faultOf(notice.text, seen.at, pack), looks: 4 } : undefined
}

const faultOf = (words: string, at: number, pack: SitePack): TurnFault => {
  const { texts } = pack
  const reason = `the page says of this turn: ${words.slice(0, 200) || 'it failed'}`
  if (matchesAny(texts.rateLimited, words)) {
    const { reason: why, until } = rateLimited(words, new Date(at), pack)
    return new TurnFault('ANSWER_FAILED', reason, {
      sent: 'yes',
      retryable: true,
      lane: { state: 'rate_limited', reason: why, ...(until ? { until } : {}) },
    })
  }
  if (matchesAny(texts.tooLong, words)) return new TurnFault('MESSAGE_TOO_LONG', reason, { sent: 'yes' })
  return new TurnFault('ANSWER_FAILED', reason, { sent: 'yes', retryable: true })
}
