import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { matchesAny, type SitePack } from '../sites/site-pack.ts'
import { beginsLike, contradicts, isWholeText } from './prompt-text.ts'
import type { TurnCode } from './types.ts'

export type CommitProof =
  | { readonly kind: 'committed'; readonly turn: TurnSnapshot }
  | { readonly kind: 'refused'; readonly code: TurnCode; readonly words: string }
  | { readonly kind: 'pending' }

/** The newest turn of ours, at or behind a position, that begins like the text. */
export const ownTurn = (turns: readonly TurnSnapshot[], text: string, from: number): TurnSnapshot | undefined =>
  turns.findLast(({ role, index, textStart }) => role === 'user' && index >= from && beginsLike(textStart, text))

/**
 * What a look after the send proves. Committed: the last turn of ours is new and begins like the text, or says nothing else while the
 * composer is empty and a stop button, an answering turn or a stable url came with it. Refused: the page says why, the whole prompt
 * still stands in the composer, and nothing new is in the thread: what left the composer may be on its way, whatever the page says.
 */
export const commitProof = (before: PageSnapshot, now: PageSnapshot, text: string, pack: SitePack, isStable: boolean): CommitProof => {
  const added = now.turns.filter((turn) => isAdded(turn, before.turns))
  const last = now.turns.findLast(({ role }) => role === 'user')
  const isWaiting = isWholeText(now.composer, text)
  if (last && added.includes(last) && !isWaiting) {
    const isAnswering = now.stop || added.some(({ index }) => index > last.index) || (isStable && now.url !== before.url)
    const isSilent = now.composer.textLength === 0 && isAnswering && !contradicts(last.textStart, text)
    if (isSilent || beginsLike(last.textStart, text)) return { kind: 'committed', turn: last }
  }
  if (added.length > 0 || now.stop || !isWaiting) return { kind: 'pending' }
  const known = before.notices.map((notice) => notice.text)
  const fresh = now.notices.map((notice) => notice.text).filter((words) => !known.includes(words))
  return refusalIn(fresh, pack) ?? { kind: 'pending' }
}

/** A turn behind those that were there, and none of them drawn anew. */
const isAdded = ({ id, index }: TurnSnapshot, before: readonly TurnSnapshot[]): boolean =>
  index >= before.length && !before.some((one) => one.id !== '' && one.id === id)

const refusalIn = (fresh: readonly string[], { texts }: SitePack): CommitProof | undefined => {
  const codes: [TurnCode, readonly string[]][] = [
    ['MESSAGE_TOO_LONG', texts.tooLong],
    ['LANE_UNAVAILABLE', texts.rateLimited],
    ['ATTACHMENT_REFUSED', texts.attachmentRefused],
    ['ANSWER_FAILED', texts.failed],
  ]
  for (const [code, patterns] of codes) {
    const words = fresh.find((one) => matchesAny(patterns, one))
    if (words !== undefined) return { kind: 'refused', code, words }
  }
  return undefined
}
