import type { Adapter, Logger, StateAdapter } from 'chat'
import type { z } from 'zod'
import type { PlatformWays } from '../../gateway/surfaces/chat/desk.ts'
import type { CommonSettings } from '../config/chat-schema.ts'
import type { ReadFault } from './faults.ts'

/** What an adapter is made of beside the operator's settings. */
export interface AdapterNeeds {
  /** The value of a variable that the settings name; it was there at the start. */
  readonly secret: (variable: string) => string
  readonly log: Logger
  /** Milliseconds for one call of the platform. */
  readonly timeoutMs: number
}

export interface WaysNeeds extends AdapterNeeds {
  /** The memory that all processes share. */
  readonly state: StateAdapter
}

/** What a platform is beside its settings; what is not said is as with most. */
interface Particulars {
  /** What `notify` looks like there, for the example of the configuration. */
  readonly notifyExample: string
  /** How a person is called in a text; else `@id`. */
  readonly mention?: (id: string) => string
  /** Whether a mention is read in plain text only for sure. */
  readonly isMentionPlain?: boolean
  /** Characters that a message may have there, where they are fewer than the 2,000 that others take. */
  readonly longest?: number
  /** Whether the adapter can post only when a bot of the SDK has made it ready. */
  readonly needsBot?: boolean
  /** What the platform's own words for a failed call mean. */
  readonly readFault?: ReadFault
}

interface Definition<S> extends Particulars {
  readonly settings: z.ZodType<S>
  /** Reads its package only when it is called, for some are large. Throws when the package refuses the settings. */
  readonly adapter: (settings: S, needs: AdapterNeeds) => Promise<Adapter>
  /** What is particular where its messages come in. */
  readonly ways?: (settings: S, needs: WaysNeeds) => PlatformWays
}

/** A platform as the others see it: its own settings are known to its file alone. */
export type ChatPlatform = Definition<CommonSettings>

/**
 * A chat platform: a file of `platforms/` whose default export this is, and whose name is the platform's. Adapters may bring a version
 * of the SDK's types of their own; they are one interface, which the casts in those files say.
 */
export const definePlatform = <S extends CommonSettings>({ settings, adapter, ways, ...particulars }: Definition<S>): ChatPlatform => ({
  ...particulars,
  settings,
  adapter: (given, needs) => adapter(settings.parse(given), needs),
  ...(ways ? { ways: (given: CommonSettings, needs: WaysNeeds) => ways(settings.parse(given), needs) } : {}),
})
