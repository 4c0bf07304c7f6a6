import { type Door, isChallenged, isRateLimited } from './door.ts'
import { type Labels, labelsOf } from './labels.ts'
import { renderMarkdown } from './markdown.ts'
import { type Conversation, conversationOf, type Exchange, type State } from './state.ts'
import { viewOf } from './timeline.ts'

/** What one open page shows at a moment. Pure: the same state and time give the same page. */

interface UserTurn {
  readonly role: 'user'
  readonly id: string
  readonly text: string
  readonly files: readonly string[]
}

interface AssistantTurn {
  readonly role: 'assistant'
  readonly id: string
  readonly exchange: string
  readonly model: string
  readonly streaming: boolean
  readonly active: boolean
  /** Label of the thinking while it lasts, "Thought for Ns" after it; absent without thinking. */
  readonly status?: string
  readonly answerNow: boolean
  readonly commentary: readonly string[]
  readonly commentaryPlace: 'inside' | 'before'
  /** Of the answer; empty while there is none, or until it is copied. */
  readonly html: string
  /** What its copy button gives. */
  readonly markdown: string
  readonly actionBar: boolean
  readonly error?: string
}

export interface PageSnapshot {
  readonly door: Door
  readonly selected: State['selected']
  readonly marketing: boolean
  /** The dialog of the whole page. */
  readonly rateLimited: { readonly resetText?: string } | null
  readonly history: readonly { readonly id: string; readonly title: string }[]
  readonly title: string
  readonly turns: readonly (UserTurn | AssistantTurn)[]
  /** The dialog of an exchange, for the page that has sent it. */
  readonly refused: { readonly exchange: string; readonly resetText?: string } | null
}

export const snapshotOf = (state: State, door: Door, conversation: string | undefined, now: number): PageSnapshot => {
  const labels = labelsOf(state.mode.locale)
  const shown = conversationOf(state, conversation)
  const last = shown?.exchanges.at(-1)
  const isRefused = last !== undefined && viewOf(last, now).phase === 'refused'
  return {
    door,
    selected: state.selected,
    marketing: state.mode.marketing,
    rateLimited: isRateLimited(state, now) ? { resetText: state.mode.rateLimited?.resetText } : null,
    history: historyOf(state.conversations),
    title: shown?.title ?? '',
    turns: shown?.exchanges.flatMap((exchange) => turnsOf(exchange, labels, now)) ?? [],
    refused: isRefused ? { exchange: last.id, resetText: last.script.rateDialog?.resetText } : null,
  }
}

/** Nothing of this page changes by time alone. */
export const isSettled = (state: State, conversation: string | undefined, now: number): boolean =>
  !isChallenged(state, 'strong', now) &&
  !isRateLimited(state, now) &&
  (conversationOf(state, conversation)?.exchanges ?? []).every((exchange) => viewOf(exchange, now).settled)

const historyOf = (conversations: readonly Conversation[]): PageSnapshot['history'] =>
  conversations
    .filter(({ temporary }) => !temporary)
    .toSorted((a, b) => b.updatedAt - a.updatedAt)
    .map(({ id, title }) => ({ id, title }))

const turnsOf = (exchange: Exchange, labels: Labels, now: number): (UserTurn | AssistantTurn)[] => {
  const { phase } = viewOf(exchange, now)
  if (phase === 'sending') return []
  const user: UserTurn = { role: 'user', id: `${exchange.id}-u`, text: exchange.prompt, files: exchange.files.map(({ name }) => name) }
  return phase === 'refused' ? [user] : [user, assistantTurn(exchange, labels, now)]
}

const assistantTurn = (exchange: Exchange, labels: Labels, now: number): AssistantTurn => {
  const { id, script, copied, model } = exchange
  const view = viewOf(exchange, now)
  const isHidden = script.emptyUntilCopied && !copied
  return {
    role: 'assistant',
    id: `${id}-a`,
    exchange: id,
    model,
    streaming: view.phase === 'streaming',
    active: view.phase === 'thinking' || view.phase === 'streaming',
    status: statusOf(exchange, labels, now),
    answerNow: view.phase === 'thinking' && script.thinking.answerNow,
    commentary: script.commentary.slice(0, view.commentaries).map(renderMarkdown),
    commentaryPlace: script.commentaryPlace,
    html: isHidden ? '' : renderMarkdown(view.text),
    markdown: view.actionBar ? view.text : '',
    actionBar: view.actionBar,
    error: view.phase === 'failed' ? (script.error?.text ?? labels.somethingWrong) : undefined,
  }
}

const statusOf = (exchange: Exchange, labels: Labels, now: number): string | undefined => {
  const view = viewOf(exchange, now)
  const names = exchange.script.thinking.labels ?? labels.thinking
  if (view.phase === 'thinking') return names[Math.floor(view.thinkingPart * names.length)] ?? labels.thinking[0]
  return view.thoughtSeconds === undefined ? undefined : labels.thoughtFor.replace('{s}', String(view.thoughtSeconds))
}
