import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'
import type { SitePack } from '../sites/site-pack.ts'
import { completeTurn } from './complete-turn.ts'
import { findTurn, type Trace } from './find-turn.ts'
import type { Choice } from './model-names.ts'
import { composePrompt } from './prompt-text.ts'
import { onStage } from './stage.ts'
import { type Tab, type TurnAnswer, TurnFault, type TurnGround, type TurnHooks, type TurnPlace } from './types.ts'

/** What is known of a turn that was sent, or was about to be. */
export interface KnownTurn {
  readonly prompt: string
  readonly place?: TurnPlace
  readonly conversation: ConversationWish
  readonly sentAt: Date
  readonly ground?: TurnGround
  /** What was asked for; what was chosen for it is in `ground`. */
  readonly model?: string
  readonly effort?: string
  /** Whether files of its own went along. */
  readonly hasFiles?: boolean
}

/**
 * Finds a turn again and goes on waiting for its answer, never sending: on the page as it stands, by its url, or by the newest
 * conversations of the history whose first turn is the prompt. What is left of the deadline counts from `sentAt`.
 * Throws TurnFault, OUTCOME_UNKNOWN when there is no trace of it, or PageLost.
 */
export const reattach = (tab: Tab, known: KnownTurn, hooks: Omit<TurnHooks, 'sending' | 'refused'>): Promise<TurnAnswer> =>
  onStage(tab, hooks.signal, async (stage) => {
    const began = Date.now()
    const { text } = composePrompt(known.prompt, tab.pack)
    const place = await findTurn(stage, traceOf(known), text)
    if (!place) throw untraced(known)
    await hooks.sent(place)
    const sent = { text, place, sentAt: known.sentAt.getTime(), isLive: false }
    const prepared = { preparedMs: Date.now() - began, insertMs: 0, choice: choiceOf(known, tab.pack), effort: known.effort }
    return completeTurn(stage, sent, hooks, prepared)
  })

const traceOf = ({ place, conversation, hasFiles, ground }: KnownTurn): Trace => ({ ...ground, place, conversation, hasFiles })

/** What the menu's button shows now says nothing of a turn that was sent before the page was loaded. */
const choiceOf = ({ model, ground }: KnownTurn, pack: SitePack): Choice | undefined => {
  if (ground?.chosen) return { ...ground.chosen, shown: '' }
  return model === undefined ? undefined : { wanted: model, name: model, id: pack.model.aliases[model] ?? '', shown: '' }
}

const untraced = ({ place, conversation }: KnownTurn): TurnFault => {
  const url = place?.url ?? (conversation.kind === 'resume' ? conversation.url : undefined)
  const where = url === undefined ? 'in the newest conversations' : `at ${url}`
  return new TurnFault('OUTCOME_UNKNOWN', `the turn was sent or perhaps sent, and there is no trace of it ${where}`, {
    sent: place ? 'yes' : 'unknown',
  })
}
