import { pathWithin, stableUrl } from '../page/place.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { ownTurn } from './commit-proof.ts'
import { openUrl, visit } from './open-conversation.ts'
import { settle } from './preflight.ts'
import { beginsLike } from './prompt-text.ts'
import type { Stage } from './stage.ts'
import { type TurnConversation, TurnFault, type TurnPlace } from './types.ts'

/** What is known of a turn that was sent, or perhaps was. */
export interface Trace {
  readonly place?: TurnPlace
  readonly conversation: TurnConversation
  /** Conversations that were there before the send: the turn cannot have begun one of them. */
  readonly older?: readonly string[]
  /** Turns in the conversation before the send. */
  readonly baseline?: number
}

/** Whether the page can be asked for a turn once its tab shows something else. */
export const isTraceable = ({ pack }: Stage, { conversation, place }: Trace): boolean =>
  place?.url !== undefined || conversation.kind === 'resume' || (conversation.kind === 'new' && pack.selectors.historyItem.length > 0)

/**
 * The place of a turn that begins like the text: on the page as it stands, at its url, or in the newest conversations whose first turn
 * it is. Undefined when there is no trace of it. Never sends. Throws TurnFault (sent: yes or unknown).
 */
export const findTurn = async (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  try {
    return (await onThisPage(stage, trace, text)) ?? (await elsewhere(stage, trace, text))
  } catch (error) {
    if (!(error instanceof TurnFault)) throw error
    const { code, message, retryable, lane } = error
    // A conversation that cannot be opened on a sound page is not there.
    if (code === 'PAGE_UNKNOWN' && lane === undefined) return undefined
    throw new TurnFault(code, message, { sent: trace.place ? 'yes' : 'unknown', retryable, lane, cause: error })
  }
}

const elsewhere = (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  const url = trace.place?.url ?? (trace.conversation.kind === 'resume' ? trace.conversation.url : undefined)
  return url === undefined ? inHistory(stage, trace, text) : atUrl(stage, url, trace, text)
}

/** A page that outlived the worker's own trouble may still show the turn; a temporary conversation is nowhere else. */
const onThisPage = async (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  const seen = await stage.look()
  if (trace.place === undefined || pathWithin(stage.home, seen.url) === null) return undefined
  const url = stableUrl(stage.pack, stage.home, seen.url)
  if (trace.place.url !== undefined && trace.place.url !== url) return undefined
  return placeIn(stage, seen, trace, text)
}

const atUrl = async (stage: Stage, url: string, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  for (let attempt = 1; ; attempt++) {
    const found = placeIn(stage, await openUrl(stage, url), trace, text)
    if (found || attempt === 2) return found
    // A server may store the turn a little later than it showed it.
    await stage.pause(2_000, trace.place ? 'yes' : 'unknown')
  }
}

const inHistory = async (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  if (!isTraceable(stage, trace)) return undefined
  await visit(stage, stage.home)
  const { history } = await settle(stage, true)
  const candidates = history.filter((url) => stableUrl(stage.pack, stage.home, url) !== undefined && !trace.older?.includes(url))
  for (const url of candidates) {
    const seen = await openUrl(stage, url)
    const first = seen.turns.find(({ role }) => role === 'user')
    if (!first || !beginsLike(first.textStart, text)) continue
    stage.notes.push('the turn was found by the list of conversations')
    return placeIn(stage, seen, trace, text)
  }
  return undefined
}

const placeIn = (stage: Stage, seen: PageSnapshot, { place, baseline: before = 0 }: Trace, text: string): TurnPlace | undefined => {
  const baseline = place?.baseline ?? before
  const turn = place ? (locateById(seen, place) ?? ownTurn(seen.turns, text, baseline)) : newestOwn(seen, text, baseline)
  const url = stableUrl(stage.pack, stage.home, seen.url)
  return turn && { baseline: turn.index, ...(turn.id ? { turnId: turn.id } : {}), ...(url === undefined ? {} : { url }) }
}

const locateById = ({ turns }: PageSnapshot, { turnId }: TurnPlace) =>
  turns.find(({ id, role }) => role === 'user' && id !== '' && id === turnId)

/** Without a place only the very last turn of ours can be the lost one: an older one with the same words was answered before. */
const newestOwn = ({ turns }: PageSnapshot, text: string, baseline: number) => {
  const last = turns.findLast(({ role }) => role === 'user')
  return last && last.index >= baseline && beginsLike(last.textStart, text) ? last : undefined
}
