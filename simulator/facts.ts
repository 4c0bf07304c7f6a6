/** What the stand-in saw: the ground truth that a test compares a driver with. */

export interface ReceivedFile {
  readonly id: string
  readonly name: string
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
}

export interface ReceivedPrompt {
  readonly text: string
  /** Id of the conversation; null when the prompt was refused before there was one. */
  readonly conversation: string | null
  /** 1 for the first prompt of its conversation. */
  readonly countInConversation: number
  readonly files: readonly ReceivedFile[]
  /** Slug of the model that the page showed at the send. */
  readonly model: string
  readonly effort: string
  readonly temporary: boolean
  /** The Chat / Work switch stood at Work. */
  readonly work: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  readonly outcome: 'accepted' | 'rate_limited' | 'too_long'
}

/** Requests that came through, by what they load; a blocked one is not counted. */
export interface Reached {
  document: number
  font: number
  media: number
  image: number
  ad: number
  telemetry: number
}

export type Click = 'retry' | 'stop' | 'answerNow' | 'copy' | 'login' | 'challenge' | 'marketing'

export interface Facts {
  /** Every send that reached the server, in order, refused ones too. */
  readonly prompts: readonly ReceivedPrompt[]
  readonly reached: Readonly<Reached>
  readonly clicks: Readonly<Record<Click, number>>
}

export const noReached = (): Reached => ({ document: 0, font: 0, media: 0, image: 0, ad: 0, telemetry: 0 })
export const noClicks = (): Record<Click, number> => ({ retry: 0, stop: 0, answerNow: 0, copy: 0, login: 0, challenge: 0, marketing: 0 })
