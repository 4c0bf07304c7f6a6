import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'

/** What the proxy stands on: jobs for the browser lane, kept by somebody else. */

export interface Image {
  readonly bytes: Uint8Array
  readonly contentType: string
}

export const jobPriorities = ['interactive', 'retry', 'batch'] as const
export type JobPriority = (typeof jobPriorities)[number]

/** Where a text ends before its own end. */
export interface TextLimits {
  /** The text ends before the first of them. */
  readonly stop: readonly string[]
  /** Tokens by rule of thumb, as usage counts them. */
  readonly maxTokens?: number
}

/** One message for the chat page. */
export interface JobRequest {
  readonly prompt: string
  readonly images: readonly Image[]
  readonly model: string
  readonly effort?: string
  readonly conversation?: ConversationWish
  /** Milliseconds, counted from the send. */
  readonly timeoutMs: number
  /** Its clients wait on open lines: it is not sent when the last is gone before. */
  readonly attended?: boolean
  /** Where the answer's text ends for its client; the page's own is kept. */
  readonly limits?: TextLimits
  /** Recorded; the order stays first in, first out. */
  readonly priority: JobPriority
  readonly aggressive?: {
    readonly enabled: boolean
    readonly fallbackReason?: string
    readonly confidenceBefore?: number
    readonly dom?: string
    readonly screenshot?: Image
  }
}

export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'

/** Whether a job can still change. */
export const hasEnded = ({ state }: { readonly state: JobState }): boolean => state !== 'queued' && state !== 'running'

/** The name of a key: what stands in it before a dot. */
export const keyName = (key: string): string => key.split('.', 1)[0] ?? key

const REPAIR = 'repair-'
/** The key of the job in which another one's answer is asked for once more. */
export const repairKey = (id: string): string => `${REPAIR}${id}`
/** The job whose answer the job with this key asks for once more. */
export const repairedBy = (key: string | undefined): string | undefined => (key?.startsWith(REPAIR) ? key.slice(REPAIR.length) : undefined)

/** A job as of now. Times are ISO 8601. */
export interface JobView {
  readonly id: string
  readonly state: JobState
  /** 1 is the next one. */
  readonly position?: number
  readonly request: {
    readonly model: string
    readonly priority: string
    readonly aggressive: boolean
    readonly confidenceBefore?: number
    readonly attended?: boolean
    readonly limits?: TextLimits
    /** Under which it was submitted. */
    readonly key?: string
  }
  /** Why it does not go on at this moment, while the lane cannot work. */
  readonly waiting?: { readonly lane: LaneView['state']; readonly reason: string; readonly until?: string }
  readonly queuedAt: string
  readonly startedAt?: string
  /** From here on the message is out: the answer is finished and kept, whoever goes away. */
  readonly sentAt?: string
  readonly completedAt?: string
  /** How often the job was begun. */
  readonly attempts?: number
  readonly answer?: JobAnswer
  readonly error?: JobError
}

export interface JobAnswer {
  /** Markdown. */
  readonly text: string
  readonly html?: string
  /** The Markdown that streams showed the beginning of, where `text` is written otherwise and says the same. */
  readonly rendered?: string
  /** What the page says answered. */
  readonly model?: string
  /** The conversation's URL; a temporary chat has none. */
  readonly conversation?: string
  /** Keys of blobs: screenshots, HTML, DOM. */
  readonly evidence: readonly string[]
  /** The page did not say that the answer is whole. */
  readonly mayBeCut?: boolean
  /** What was odd about the turn, such as an answer whose end the page did not mark. */
  readonly notes?: readonly string[]
}

export interface JobError {
  /** A TurnCode of the lane. */
  readonly code: string
  readonly reason: string
  readonly retryable: boolean
  /** ISO 8601: before it no new try can help. */
  readonly until?: string
  readonly lane?: LaneView['state']
}

export interface LaneView {
  readonly state: 'ready' | 'auth_required' | 'challenge' | 'rate_limited' | 'degraded' | 'unknown'
  readonly reason: string
  readonly until?: string
  readonly since?: string
  readonly site?: string
}

export interface WaitOptions {
  readonly waitMs: number
  readonly signal?: AbortSignal
  /** The Markdown of the completed blocks so far, the whole of it each time. */
  readonly onPartial?: (markdown: string) => void
  readonly onThinking?: (label: string) => void
}

/** Whether a request may be an earlier job. */
export type MayJoin = (earlier: JobView) => Promise<boolean>

export interface Jobs {
  /**
   * Durable when it returns. A key of the same name while its job runs, or shortly after, is the same job, where `mayJoin` says so of
   * that one, or throws: the first of them is asked of all such jobs before the second. Throws `Backpressure` when as many jobs wait as may.
   */
  submit(request: JobRequest, key?: string, ...mayJoin: readonly MayJoin[]): Promise<JobView>
  find(id: string): Promise<JobView | undefined>
  /** Resolves when the job has ended, or after `waitMs` or on abort with what it is then. */
  wait(id: string, options: WaitOptions): Promise<JobView>
  /**
   * Cancels what is not sent yet; after the send the answer is finished and kept, as the view tells. With `unlessKept` the door has the last
   * word: what anybody keeps, whichever process heard of it, is not cancelled.
   */
  cancel(id: string, reason: string, options?: { readonly unlessKept?: true }): Promise<JobView>
  /** Durable when it returns: the job is sent whoever leaves, and its view is not `attended` any more; false where it was cancelled before. */
  keep(id: string): Promise<boolean>
  queue(): Promise<{ depth: number; limit: number; running?: JobView; waiting: readonly JobView[] }>
  /** The last thousand or so jobs of this process that ended. */
  metrics(): Promise<{ ended: readonly JobView[] }>
  lane(): Promise<LaneView>
  /** The page as the worker sees it: ready, url, title, selectors, body_preview. Throws when the worker does not answer. */
  workerState(): Promise<object>
  /** Names that a request may ask for, the default first; none means that every name is passed on. */
  models(): readonly string[]
}

/** The queue is full. */
export class Backpressure extends Error {
  override readonly name = 'Backpressure'
  readonly retryAfterMs: number
  readonly depth: number
  constructor({ retryAfterMs, depth }: { retryAfterMs: number; depth: number }) {
    super(`${depth} jobs are waiting, and more are not taken; try again in ${Math.ceil(retryAfterMs / 1000)} s`)
    this.retryAfterMs = retryAfterMs
    this.depth = depth
  }
}
