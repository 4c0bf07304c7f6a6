/** What one look at the page found: plain data, so that every rule on it is pure. Times are milliseconds since 1970. */
export interface PageSnapshot {
  readonly url: string
  readonly title: string
  readonly at: number
  readonly composer: ComposerSnapshot
  /** Enabled is false also when there is none. */
  readonly send: { readonly present: boolean; readonly enabled: boolean }
  readonly stop: boolean
  readonly turns: readonly TurnSnapshot[]
  readonly notices: readonly Notice[]
  readonly chips: readonly string[]
  readonly uploading: boolean
  readonly loggedIn: boolean
  /** The names of the pack's signals one of whose selectors is shown. */
  readonly signals: readonly string[]
  /** Since when a weak sign of a challenge has been there without a break; null when there is none. */
  readonly weakChallengeSince: number | null
  /** The page's own text, only where it holds little and no composer; else empty. */
  readonly shortText: string
  /** Addresses of earlier conversations, newest first; empty also while the list is not drawn yet. */
  readonly history: readonly string[]
  /** The language that the document says it is in; empty when it says none. */
  readonly language: string
  /** The text on the model menu's button; empty when there is none. */
  readonly modelShown: string
}

export interface ComposerSnapshot {
  /** How many are shown. */
  readonly count: number
  readonly textLength: number
  readonly textStart: string
  readonly fingerprint: Fingerprint
}

/** What a whole text comes down to, however it is rendered; two texts of the same are taken for one. */
export interface Fingerprint {
  readonly length: number
  readonly hash: number
}

export interface Notice {
  readonly kind: 'dialog' | 'alert'
  readonly text: string
}

export interface TurnSnapshot {
  /** The page's own id; empty when it has none. */
  readonly id: string
  readonly index: number
  readonly role: 'user' | 'assistant'
  /** Of the answer without commentary, or of our own text. */
  readonly textLength: number
  readonly textStart: string
  /** Changes when the text does. */
  readonly textHash: number
  /** Of the whole text of a turn of ours; null for an answer. */
  readonly fingerprint: Fingerprint | null
  /** Its finished bar stands behind its last part. */
  readonly finished: boolean
  readonly hasCopy: boolean
  /** The label of an active thinking mark, which may be empty; null when there is none. */
  readonly thinking: string | null
  readonly errors: readonly string[]
  /** The model the page names for this turn; empty when it names none. */
  readonly model: string
}

/** What the in-page reader needs of a pack. */
export interface ReaderInput {
  readonly selectors: Readonly<Record<string, readonly string[]>>
  readonly signals: Readonly<Record<string, readonly string[]>>
  readonly idAttributes: Readonly<Record<'user' | 'assistant', readonly string[]>>
  readonly modelAttributes: readonly string[]
  /** Copy actions may come only under the mouse. */
  readonly copyByHover: boolean
  /** Regular expressions on thinking labels: it is over; it is only decoration. */
  readonly thinkingDone: readonly string[]
  readonly thinkingIgnored: readonly string[]
}
