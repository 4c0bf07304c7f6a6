/** The types of the client, for programs under any settings: nothing but the language itself is needed, no `@types/node` and no DOM. */

/** What the program's own surroundings call so, where they know it. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : { readonly aborted: boolean }
type Fetch = typeof globalThis extends { fetch: infer Known } ? Known : (address: string, init: object) => Promise<object>

/** Bytes, the path of a file, or a `data:` URL. */
export type ImageInput = Uint8Array | string

/**
 * Asks for a JSON object: `true` for any; a JSON Schema, which the model is told; or a function that returns what it makes of the object
 * and throws when it will not do (`Schema.parse` of zod). An answer that will not do is asked for once more.
 */
export type JsonWish = true | Record<string, unknown> | ((value: Record<string, unknown>) => unknown)

export interface Question {
  readonly text: string
  readonly images?: readonly ImageInput[] | undefined
  /** A name of `/v1/models`; the first of them when absent. */
  readonly model?: string | undefined
  /** How long to think, where the model lets choose. */
  readonly effort?: string | undefined
  readonly json?: JsonWish | undefined
  /** Cancels the job. */
  readonly signal?: Signal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly priority?: 'interactive' | 'retry' | 'batch' | undefined
  readonly aggressive?: Aggressive | undefined
}

/** A page that the model is asked to look at. */
export interface Aggressive {
  readonly enabled?: boolean | undefined
  readonly fallbackReason?: string | undefined
  readonly confidenceBefore?: number | undefined
  readonly dom?: string | undefined
  readonly screenshot?: ImageInput | undefined
}

/** How a question stands. */
export interface Progress {
  readonly state: string
  /** In the queue; 1 is next. */
  readonly position?: number | undefined
  readonly sent: boolean
  readonly jobId: string
}

export interface Answer<Json = undefined> {
  /** Markdown. */
  readonly text: string
  /** Where it was asked for. */
  readonly json: Json
  readonly jobId: string
  /** What the model's JSON gives as evidence. */
  readonly evidence: readonly Evidence[]
  readonly timings?: Timings | undefined
}

export type Evidence = Readonly<
  Record<'snippet_id' | 'quote' | 'dom_anchor' | 'screenshot_region' | 'model_path' | 'reasoning_note', unknown>
>

/** ISO 8601. */
export interface Timings {
  readonly queued_at: string
  readonly started_at: string | null
  readonly sent_at: string | null
  readonly completed_at: string | null
}

export interface CortexClient {
  /** Waits for long thinking. Throws `CortexError` and its subclasses. */
  ask<Json>(question: Question & { readonly json: (value: Record<string, unknown>) => Json }): Promise<Answer<Json>>
  ask(question: Question & { readonly json: true | Record<string, unknown> }): Promise<Answer<Record<string, unknown>>>
  ask(question: Question & { readonly json?: undefined }): Promise<Answer>
  ask(question: Question): Promise<Answer<unknown>>
}

export interface ClientOptions {
  readonly baseUrl?: string | undefined
  readonly token?: string | undefined
  /** Milliseconds from the question to the answer, waiting in the queue included. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds for which a proxy that cannot be reached is tried with a new question. */
  readonly connectMs?: number | undefined
  readonly fetch?: Fetch | undefined
}

export declare function createCortexClient(options?: ClientOptions): CortexClient

export interface CortexErrorFields {
  readonly code?: string | undefined
  readonly retryable?: boolean | undefined
  readonly status?: number | undefined
  readonly jobId?: string | undefined
  readonly details?: unknown
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A question without an answer. `code` is a word of the job contract, or one of the client's own: CLIENT_TIMEOUT, CONNECTION_FAILED, CLIENT_ABORTED. */
export declare class CortexError extends Error {
  constructor(message: string, fields?: CortexErrorFields)
  readonly code: string
  /** Whether the same question later may be answered. */
  readonly retryable: boolean
  /** The HTTP status, where there was one. */
  readonly status: number | undefined
  /** The job, once there was one. */
  readonly jobId: string | undefined
  readonly details: unknown
  /** Milliseconds the server asks to wait, where it does. */
  readonly retryAfterMs: number | undefined
}
/** There was no answer in time: the client's own limit, or the model's. */
export declare class CortexTimeoutError extends CortexError {}
/** The queue is full, and stayed so. */
export declare class CortexBackpressureError extends CortexError {}
/** The subscription's limit is reached; `retryAfterMs` says for how long. */
export declare class CortexRateLimitError extends CortexError {}
/** The token is wrong, or the chat page wants a person to sign in. */
export declare class CortexAuthenticationError extends CortexError {}
/** The question itself is at fault. */
export declare class CortexRequestError extends CortexError {}
/** The job was cancelled: by `signal`, or by somebody else. */
export declare class CortexCancelledError extends CortexError {}
/** The proxy could not be reached. */
export declare class CortexConnectionError extends CortexError {}
