import type { Adapter, Logger } from 'chat'
import type { KeyValues } from '../../../bus/key-values.ts'
import type { ChatListener } from '../../../functions/ports.ts'

/** What the operator says about a platform, as far as those who write there are concerned. */
export interface DeskSettings {
  /** Ids of those who may decide about plans. */
  readonly people: readonly string[]
  /** Ids of those who may ask for tasks; empty for everybody. */
  readonly creators: readonly string[]
  readonly project?: string | undefined
}

/** A request as a platform would have sent it. */
export interface HeardRequest {
  readonly headers: Record<string, string>
  readonly body: string
}

/** What is done with what is heard. */
export interface HeardHandler {
  /** Handles it like a request, and returns the answer. Throws `RequestFault`: 503 for what may be taken later. */
  take(request: HeardRequest): Promise<Response>
  tell(how: Pick<ChatListener, 'state' | 'reason'>): void
  log(line: string, about?: Readonly<Record<string, unknown>>): void
  readonly stopping: AbortSignal
}

/** For a platform whose messages do not come as requests: it is listened to over a connection of our own. */
export interface ChatEar {
  /** The adapter that believes what is heard. */
  adapter(): Promise<Adapter>
  /** Listens until the stop. Never throws. */
  listen(hearing: HeardHandler): Promise<void>
}

/** What is particular about a platform where its messages come in; what is not said is as with most. */
export interface PlatformWays {
  /** Takes out of a request's headers what the adapter must not see, and judges what it does not look at. Throws `RequestFault` 401. */
  readonly guard?: (headers: Headers, now: Date) => void
  /** Whether the platform told the adapter in time who we are there. */
  readonly knowsItself?: (adapter: Adapter) => boolean
  /** When a command was given, and what it says in the words of a message, where the platform tells more than the SDK. */
  readonly readCommand?: (raw: unknown) => { readonly sentAt?: Date | undefined; readonly text?: string | undefined }
  /** Whether whoever wrote a message belongs there; else whoever can write does. */
  readonly isMember?: (raw: unknown) => boolean
  /** Whether no two messages of the platform have the same id, whatever their thread. */
  readonly hasUniqueIds?: boolean
  /** Where a command is answered apart from the room: for the person who gave it; `raw` is the command as it came. */
  readonly answerCommand?: (raw: unknown, text: string) => Promise<void>
  readonly ear?: ChatEar
}

/** Where the messages of one platform come in. */
export interface ChatDesk extends PlatformWays {
  readonly platform: string
  readonly settings: DeskSettings
  readonly values: () => Promise<KeyValues>
  /** A new adapter of the platform. */
  readonly adapter: () => Promise<Adapter>
  readonly log: Logger
}
