import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { matchesAny, type SitePack } from '../site-pack.ts'
import { beginsLike } from './prompt-text.ts'
import type { TurnCode } from './types.ts'

export type CommitProof =
  | { readonly kind: 'committed'; readonly turn: TurnSnapshot | undefined }
  | { readonly kind: 'refused'; readonly code: TurnCode; readonly words: string }
  | { readonly kind: 'pending' }

/** The newest turn of ours, at or behind a position, that begins like the text. */
export const ownTurn = (turns: readonly TurnSnapshot[], text: string, from: number): TurnSnapshot | undefined =>
  turns.findLast(({ role, index, textStart }) => role === 'user' && index >= from && beginsLike(textStart, text))

/**
 * What a look after the send proves. Committed: a new turn of ours begins like the text, or the composer is empty and a new turn
 * stands there together with a stop button, an answering turn or a stable url. Refused: the page says why, and nothing of it is in the thread.
 */
export const commitProof = (before: PageSnapshot, now: PageSnapshot, text: string, pack: SitePack, isStable: boolean): CommitProof => {
  const baseline = before.turns.length
  const own = ownTurn(now.turns, text, baseline)
  if (own) return { kind: 'committed', turn: own }
  const added = now.turns.slice(baseline)
  const isAnswering = now.stop || added.some(({ role }) => role === 'assistant') || (isStable && now.url !== before.url)
  if (added.length > 0 && now.composer.textLength === 0 && isAnswering) {
    return { kind: 'committed', turn: added.find(({ role }) => role === 'user') }
  }
  if (added.length > 0 || now.stop) return { kind: 'pending' }
  const known = before.notices.map((notice) => notice.text)
  const fresh = now.notices.map((notice) => notice.text).filter((words) => !known.includes(words))
  return refusalIn(fresh, now, pack) ?? { kind: 'pending' }
}

const refusalIn = (fresh: readonly string[], now: PageSnapshot, { texts }: SitePack): CommitProof | undefined => {
  const find = (patterns: readonly string[]) => fresh.find((words) => matchesAny(patterns, words))
  const tooLong = find(texts.tooLong)
  if (tooLong !== undefined) return { kind: 'refused', code: 'MESSAGE_TOO_LONG', words: tooLong }
  const limited = find(texts.rateLimited)
  if (limited !== undefined) return { kind: 'refused', code: 'LANE_UNAVAILABLE', words: limited }
  const refused = find(texts.attachmentRefused)
  if (refused !== undefined) return { kind: 'refused', code: 'ATTACHMENT_REFUSED', words: refused }
  // A general failure says nothing of the prompt; only its still standing in the composer does.
  const failed = now.composer.textLength > 0 ? find(texts.failed) : undefined
  return failed === undefined ? undefined : { kind: 'refused', code: 'ANSWER_FAILED', words: failed }
}
