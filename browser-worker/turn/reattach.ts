import { pathWithin, stableUrl } from '../page/place.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { ownTurn } from './commit-proof.ts'
import { completeTurn } from './complete-turn.ts'
import { openUrl, visit } from './open-conversation.ts'
import { settle } from './preflight.ts'
import { beginsLike, composePrompt } from './prompt-text.ts'
import { onStage, type Stage } from './stage.ts'
import { type Tab, type TurnAnswer, type TurnConversation, TurnFault, type TurnHooks, type TurnPlace } from './types.ts'

/** What is known of a turn that was sent, or was about to be. */
export interface KnownTurn {
  readonly prompt: string
  readonly place?: TurnPlace
  readonly conversation: TurnConversation
  readonly sentAt: Date
}

/**
 * Finds a turn again and goes on waiting for its answer, never sending: on the page as it stands, by its url, or by the newest
 * conversations of the history whose first turn begins with the prompt. What is left of the deadline counts from `sentAt`.
 * Throws TurnFault, OUTCOME_UNKNOWN when there is no trace of it, or PageLost.
 */
export const reattach = (tab: Tab, known: KnownTurn, hooks: Omit<TurnHooks, 'sending' | 'refused'>): Promise<TurnAnswer> =>
  onStage(tab, hooks.signal, async (stage) => {
    const began = Date.now()
    const { text } = composePrompt(known.prompt, tab.pack)
    const place = await afterSend(known, findTurn(stage, known, text))
    await hooks.sent(place)
    const sent = { text, place, sentAt: known.sentAt.getTime() }
    return completeTurn(stage, sent, hooks, { preparedMs: Date.now() - began, insertMs: 0 })
  })

/** What fails in looking for a turn says nothing against its having been sent; a conversation that is not there is no trace of it. */
const afterSend = async <Result>({ place }: KnownTurn, search: Promise<Result>): Promise<Result> => {
  try {
    return await search
  } catch (error) {
    if (!(error instanceof TurnFault)) throw error
    const { code, message, retryable, lane } = error
    const isGone = code === 'PAGE_UNKNOWN' && lane === undefined
    throw new TurnFault(isGone ? 'OUTCOME_UNKNOWN' : code, message, {
      sent: place ? 'yes' : 'unknown',
      retryable: retryable && !isGone,
      lane,
      cause: error,
    })
  }
}

const findTurn = async (stage: Stage, known: KnownTurn, text: string): Promise<TurnPlace> => {
  const url = known.place?.url ?? (known.conversation.kind === 'resume' ? known.conversation.url : undefined)
  const found =
    (await onThisPage(stage, known, text)) ??
    (url === undefined ? await inHistory(stage, known, text) : await atUrl(stage, url, known, text))
  if (found) return found
  throw new TurnFault(
    'OUTCOME_UNKNOWN',
    `the turn was sent or perhaps sent, and there is no trace of it ${url ? `at ${url}` : 'in the newest conversations'}`,
    {
      sent: known.place ? 'yes' : 'unknown',
    },
  )
}

/** A page that outlived the worker's own trouble may still show the turn; a temporary conversation is nowhere else. */
const onThisPage = async (stage: Stage, known: KnownTurn, text: string): Promise<TurnPlace | undefined> => {
  const seen = await stage.look()
  if (known.place === undefined || pathWithin(stage.home, seen.url) === null) return undefined
  const url = stableUrl(stage.pack, stage.home, seen.url)
  if (known.place.url !== undefined && known.place.url !== url) return undefined
  return placeIn(stage, seen, known, text)
}

const atUrl = async (stage: Stage, url: string, known: KnownTurn, text: string): Promise<TurnPlace | undefined> => {
  for (let attempt = 1; ; attempt++) {
    const found = placeIn(stage, await openUrl(stage, url), known, text)
    if (found || attempt === 2) return found
    // A server may store the turn a little later than it showed it.
    await stage.pause(2_000, known.place ? 'yes' : 'unknown')
  }
}

const inHistory = async (stage: Stage, known: KnownTurn, text: string): Promise<TurnPlace | undefined> => {
  if (known.conversation.kind === 'temporary' || stage.pack.selectors.historyItem.length === 0) return undefined
  await visit(stage, stage.home)
  const { history } = await settle(stage, true)
  for (const url of history.filter((one) => stableUrl(stage.pack, stage.home, one) !== undefined)) {
    const seen = await openUrl(stage, url)
    const first = seen.turns.find(({ role }) => role === 'user')
    if (!first || !beginsLike(first.textStart, text)) continue
    stage.notes.push('the turn was found by the list of conversations')
    return placeIn(stage, seen, known, text)
  }
  return undefined
}

const placeIn = (stage: Stage, seen: PageSnapshot, { place }: KnownTurn, text: string): TurnPlace | undefined => {
  const baseline = place?.baseline ?? 0
  const turn = place ? (locateById(seen, place) ?? ownTurn(seen.turns, text, baseline)) : newestOwn(seen, text)
  const url = stableUrl(stage.pack, stage.home, seen.url)
  return turn && { baseline: turn.index, ...(turn.id ? { turnId: turn.id } : {}), ...(url === undefined ? {} : { url }) }
}

const locateById = ({ turns }: PageSnapshot, { turnId }: TurnPlace) =>
  turns.find(({ id, role }) => role === 'user' && id !== '' && id === turnId)

/** Without a place only the very last turn of ours can be the lost one: an older one with the same words was answered before. */
const newestOwn = ({ turns }: PageSnapshot, text: string) => {
  const last = turns.findLast(({ role }) => role === 'user')
  return last && beginsLike(last.textStart, text) ? last : undefined
}
