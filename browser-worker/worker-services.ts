import type { BrowserLane } from './lane/lane.ts'

/** What `ask-browser` may use of the world; built once in `infra/app/browser-worker.ts`. */
export interface WorkerServices {
  readonly lane: BrowserLane
  readonly settings: WorkerSettings
  /** A text without secrets, as `Secrets` of the functions has it. */
  readonly secrets: { mask(text: string): Promise<{ readonly text: string }> }
}

export interface WorkerSettings {
  /** Milliseconds an answer may take, from the send; a job of the model proxy brings its own. */
  readonly deadlineMs: number
  /** Milliseconds a job waits for a lane that is parked or cools down. */
  readonly holdMs: number
  /** Chosen on the page unless a job names others. */
  readonly model?: string
  readonly effort?: string
  readonly conversation: 'new' | 'temporary'
}
