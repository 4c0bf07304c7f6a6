import { completeTurn } from './complete-turn.ts'
import { findTurn } from './find-turn.ts'
import { composePrompt } from './prompt-text.ts'
import { onStage } from './stage.ts'
import { type Tab, type TurnAnswer, type TurnConversation, TurnFault, type TurnGround, type TurnHooks, type TurnPlace } from './types.ts'

/** What is known of a turn that was sent, or was about to be. */
export interface KnownTurn {
  readonly prompt: string
  readonly place?: TurnPlace
  readonly conversation: TurnConversation
  readonly sentAt: Date
  readonly ground?: TurnGround
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
    const place = await findTurn(stage, { ...known, ...known.ground }, text)
    if (!place) throw untraced(known)
    await hooks.sent(place)
    const sent = { text, place, sentAt: known.sentAt.getTime(), isLive: false }
    return completeTurn(stage, sent, hooks, { preparedMs: Date.now() - began, insertMs: 0 })
  })

const untraced = ({ place, conversation }: KnownTurn): TurnFault => {
  const url = place?.url ?? (conversation.kind === 'resume' ? conversation.url : undefined)
  const where = url === undefined ? 'in the newest conversations' : `at ${url}`
  return new TurnFault('OUTCOME_UNKNOWN', `the turn was sent or perhaps sent, and there is no trace of it ${where}`, {
    sent: place ? 'yes' : 'unknown',
  })
}
