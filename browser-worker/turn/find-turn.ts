import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'
import { isSameConversation, pathWithin, stableUrl } from '../page/place.ts'
import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { openUrl, visit, whenListed } from './open-conversation.ts'
import { settle } from './preflight.ts'
import { beginsLike, isWholeText } from './prompt-text.ts'
import type { Stage } from './stage.ts'
import { TurnFault, type TurnGround, type TurnPlace } from './types.ts'

/** What is known of a turn that was sent, or perhaps was. */
export interface Trace extends Partial<TurnGround> {
  readonly place?: TurnPlace
  readonly conversation: ConversationWish
  /** Files of its own went along: its text does not tell it from others. */
  readonly hasFiles?: boolean
}

/** Between two looks into the list of conversations. */
const listPauseMs = 3_000

/** Whether the page can be asked for a turn once its tab shows something else. */
export const isTraceable = ({ pack }: Stage, { conversation, place }: Trace): boolean =>
  place?.url !== undefined || conversation.kind === 'resume' || (conversation.kind === 'new' && pack.selectors.historyItem.length > 0)

/**
 * The place of a turn that has the whole text: on the page as it stands, at its url, or in the one new conversation of the list whose first
 * turn it is. Undefined when there is no trace of it, or more than one. Never sends. Throws TurnFault (sent: yes or unknown).
 */
export const findTurn = async (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  try {
    return (await onThisPage(stage, trace, text)) ?? (await elsewhere(stage, trace, text))
  } catch (error) {
    if (!(error instanceof TurnFault)) throw error
    if (isNotThere(error)) return undefined
    const { code, message, retryable, lane } = error
    throw new TurnFault(code, message, { sent: sentOf(trace), retryable, lane, cause: error })
  }
}

/** A conversation that cannot be opened on a sound page is not there. */
const isNotThere = (error: unknown): boolean => error instanceof TurnFault && error.code === 'PAGE_UNKNOWN' && error.lane === undefined

const sentOf = ({ place }: Trace) => (place ? 'yes' : 'unknown')

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
    const seen = await openIfThere(stage, url)
    const found = seen && placeIn(stage, seen, trace, text)
    if (found || attempt === 2) return found
    // A server may store the turn a little later than it showed it.
    await stage.pause(2_000, sentOf(trace))
  }
}

const openIfThere = async (stage: Stage, url: string): Promise<PageSnapshot | undefined> => {
  try {
    return await openUrl(stage, url)
  } catch (error) {
    if (isNotThere(error)) return undefined
    throw error
  }
}

/** Looks into the list again and again for a while: it may come late, and a new conversation may be listed late. */
const inHistory = async (stage: Stage, trace: Trace, text: string): Promise<TurnPlace | undefined> => {
  if (!isTraceable(stage, trace) || (trace.hasFiles && !trace.listSeen)) return undefined
  const others = new Set<string>()
  for (const end = Date.now() + stage.pack.timing.traceMs; ; ) {
    const found = await listedTurns(stage, trace, text, others)
    const [only] = found
    if (only && found.length === 1) {
      if (!isSameConversation(stage.pack, stage.home, only.url, stage.page.url())) await openUrl(stage, only.url)
      stage.notes.push('the turn was found by the list of conversations')
      return only.place
    }
    if (found.length > 1 || Date.now() >= end) return undefined
    await stage.pause(listPauseMs, sentOf(trace))
  }
}

/** The turns of the newest conversations that may be the lost one. What certainly is another conversation is added to `others`. */
const listedTurns = async (stage: Stage, trace: Trace, text: string, others: Set<string>) => {
  const { pack, home } = stage
  await visit(stage, home)
  await settle(stage, true)
  const { history } = await whenListed(stage, Date.now())
  const isOlder = (url: string) => trace.older?.some((one) => isSameConversation(pack, home, one, url)) === true
  const newest = history.slice(0, pack.limits.historyItems).filter((url) => stableUrl(pack, home, url) !== undefined)
  const found: { url: string; place: TurnPlace }[] = []
  for (const url of newest.filter((one) => !isOlder(one) && !others.has(one))) {
    const seen = await openIfThere(stage, url)
    if (!seen) continue
    const place = placeIn(stage, seen, trace, text)
    const isFirst = place !== undefined && seen.turns.find(({ role }) => role === 'user')?.index === place.baseline
    if (isFirst) found.push({ url, place })
    else others.add(url)
  }
  return found
}

const placeIn = (stage: Stage, seen: PageSnapshot, trace: Trace, text: string): TurnPlace | undefined => {
  const turn = lostTurn(seen.turns, trace, text)
  const url = stableUrl(stage.pack, stage.home, seen.url)
  return turn && { baseline: turn.index, ...(turn.id ? { turnId: turn.id } : {}), ...(url === undefined ? {} : { url }) }
}

/**
 * The lost turn among those of a conversation: the one with its id; else one with its whole text, for many prompts begin alike; else, in
 * the conversation it is known to be in, the one in its position that begins like it. Without a place only the very last turn of ours
 * can be it: an older one with the same words was answered before.
 */
export const lostTurn = (
  turns: readonly TurnSnapshot[],
  { place, baseline = 0, turnIds = [] }: Pick<Trace, 'place' | 'baseline' | 'turnIds'>,
  text: string,
): TurnSnapshot | undefined => {
  const ours = turns.filter(({ role }) => role === 'user')
  const last = ours.at(-1)
  if (place === undefined) {
    return last && last.index >= baseline && !turnIds.includes(last.id) && isWholeText(last, text) ? last : undefined
  }
  return (
    ours.find(({ id }) => id !== '' && id === place.turnId) ??
    ours.findLast((turn) => turn.index >= place.baseline && isWholeText(turn, text)) ??
    ours.find(({ index, textStart }) => place.url !== undefined && index === place.baseline && beginsLike(textStart, text))
  )
}
