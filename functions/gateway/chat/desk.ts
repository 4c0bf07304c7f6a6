import type { Adapter, Logger } from 'chat'
import type { KeyValues } from '../../../bus/key-values.ts'

/** What the operator says about a platform, as far as those who write there are concerned. */
export interface DeskSettings {
  /** Ids of those who may decide about plans. */
  readonly people: readonly string[]
  /** Ids of those who may ask for tasks; empty for everybody. */
  readonly creators: readonly string[]
  readonly project?: string | undefined
}

/** Where the messages of one platform come in. */
export interface ChatDesk {
  readonly platform: string
  readonly settings: DeskSettings
  readonly values: () => Promise<KeyValues>
  /** A new adapter of the platform. */
  readonly adapter: () => Promise<Adapter>
  readonly log: Logger
  /** Discord: who listens to its messages for us proves himself with it. */
  readonly gatewayToken?: string | undefined
  /** Where a command is answered apart from the room: for the person who gave it; `raw` is the command as it came. */
  readonly answerCommand?: (raw: unknown, text: string) => Promise<void>
}
