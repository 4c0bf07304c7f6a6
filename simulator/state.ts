import { type Click, noClicks, noReached, type Reached, type ReceivedFile, type ReceivedPrompt } from './facts.ts'
import { defaultMode, type Mode } from './mode.ts'
import type { ScriptInput } from './script.ts'
import type { Course } from './timeline.ts'

/** Everything that the stand-in remembers; plain JSON, so that it outlives its process. */

/** A prompt and its answer: two turns on the page. */
export interface Exchange extends Course {
  readonly id: string
  readonly prompt: string
  readonly files: readonly ReceivedFile[]
  readonly model: string
  /** Its script's loss of the session has happened. */
  readonly sessionLost?: boolean
  /** Its copy button was used. */
  readonly copied?: boolean
}

export interface Conversation {
  readonly id: string
  readonly title: string
  /** In no history and gone at a reload. */
  readonly temporary: boolean
  readonly updatedAt: number
  readonly exchanges: readonly Exchange[]
}

export interface State {
  readonly version: 1
  readonly conversations: readonly Conversation[]
  readonly scripts: readonly ScriptInput[]
  readonly defaultScript: ScriptInput
  readonly mode: Mode
  /** When the timed modes began. */
  readonly challengeSince: number
  readonly rateLimitedSince: number
  readonly selected: { readonly model: string; readonly effort: string }
  /** By conversation id; `new` is the page without one. */
  readonly drafts: Readonly<Record<string, string>>
  /** A cookie of another epoch is no login. */
  readonly session: { readonly required: boolean; readonly epoch: number }
  readonly files: readonly ReceivedFile[]
  readonly prompts: readonly ReceivedPrompt[]
  readonly reached: Readonly<Reached>
  readonly clicks: Readonly<Record<Click, number>>
}

export const newState = (session: State['session']): State => ({
  version: 1,
  conversations: [],
  scripts: [],
  defaultScript: {},
  mode: defaultMode,
  challengeSince: 0,
  rateLimitedSince: 0,
  selected: { model: 'stand-in-thinking', effort: 'Standard' },
  drafts: {},
  session,
  files: [],
  prompts: [],
  reached: noReached(),
  clicks: noClicks(),
})

export const conversationOf = ({ conversations }: State, id: string | undefined): Conversation | undefined =>
  conversations.find((conversation) => conversation.id === id)

/** Lays a change over one exchange; nothing changes when there is none of that id. */
export const changeExchange = (conversations: State['conversations'], id: string, change: Partial<Exchange>): State['conversations'] =>
  conversations.map((conversation) => ({
    ...conversation,
    exchanges: conversation.exchanges.map((exchange) => (exchange.id === id ? { ...exchange, ...change } : exchange)),
  }))
