import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'
import type { LaneState, TurnCode } from '../../domain/catalogue/shared.ts'
import type { Session } from '../browser/session.ts'
import type { SitePack } from '../sites/site-pack.ts'

export type { LaneState, TurnCode } from '../../domain/catalogue/shared.ts'
export { PageLost } from '../browser/page-lost.ts'

/** The tab a turn is taken on, the description of its page, and where that page lives. */
export interface Tab {
  readonly session: Session
  readonly pack: SitePack
  readonly home: string
}

export interface TurnFile {
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

export interface TurnRequest {
  prompt: string
  files: readonly TurnFile[]
  model?: string
  effort?: string
  conversation: ConversationWish
}

/** Where a sent turn stands: the conversation's stable url, the user turn's own id, and how many turns stood before it. */
export interface TurnPlace {
  url?: string
  turnId?: string
  baseline: number
}

/** A model as it was asked for, and the name and the test id of its menu entry. */
export interface ChosenModel {
  readonly wanted: string
  readonly name: string
  readonly id: string
}

/** What was there before the send, so that a lost turn is not taken for an older one with the same words. */
export interface TurnGround {
  /** Urls of the conversations that the page listed. */
  older: readonly string[]
  /** Whether the page listed any: an empty list may be one that was not drawn yet. */
  listSeen: boolean
  /** Turns in the conversation. */
  baseline: number
  /** Their own ids, as far as they have any. */
  turnIds: readonly string[]
  /** The model that was chosen. */
  chosen?: ChosenModel
}

export interface TurnHooks {
  /** Durable before it returns; the click comes after it. */
  sending(ground: TurnGround): Promise<void>
  /** The page clearly refused the prompt before it was committed. */
  refused(code: TurnCode, reason: string): Promise<void>
  /** Called when the commit is proven, and again when the stable url becomes known. */
  sent(place: TurnPlace): Promise<void>
  /** The whole Markdown of the answer's completed blocks so far; each call extends the one before. */
  partial(markdown: string): void
  thinking(label: string): void
  signal: AbortSignal
  /** Milliseconds, counted from the send. */
  deadlineMs: number
}

export interface TurnAnswer {
  markdown: string
  /** What the page's HTML says as Markdown, where its copy, which is `markdown`, is written otherwise; streams showed this. */
  rendered?: string
  html: string
  text: string
  model?: string
  place: TurnPlace
  degraded: boolean
  /** The page did not mark the end of the answer. */
  mayBeCut?: boolean
  notes: string[]
  /** A PNG of the page; empty when it could not be taken, which a note then says. */
  screenshot: Uint8Array
  dom: string
  timings: { preparedMs: number; insertMs: number; thinkingMs: number; answerMs: number }
}

/** Whether the prompt reached the page's server: 'no' certainly not, 'yes' certainly, else 'unknown'. */
export type SentState = 'no' | 'yes' | 'unknown'

export interface LaneFault {
  readonly state: LaneState
  readonly until?: Date
  readonly reason: string
}

export interface TurnFaultDetails {
  readonly sent: SentState
  readonly retryable?: boolean
  readonly lane?: LaneFault
  readonly cause?: unknown
}

/** A turn that ends without an answer: its code, whether the same turn may be tried again, and what it says of the lane. */
export class TurnFault extends Error {
  override readonly name = 'TurnFault'
  readonly code: TurnCode
  readonly retryable: boolean
  readonly lane?: LaneFault
  readonly sent: SentState

  constructor(code: TurnCode, message: string, details: TurnFaultDetails) {
    super(message, { cause: details.cause })
    this.code = code
    this.retryable = details.retryable ?? false
    this.lane = details.lane
    this.sent = details.sent
  }
}
