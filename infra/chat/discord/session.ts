import type { SessionInfo } from '@discordjs/ws'
import type { StateAdapter } from 'chat'
import { z } from 'zod'
import { type GatewayProgress, gatewayProgress } from './gateway-progress.ts'

/** A session of Discord's Gateway that can be gone on with, over a restart of ours too, for the minutes that Discord keeps it. */
export interface DiscordSession {
  /** As the library wants it; null without a session. */
  info(): SessionInfo | null
  /** What the library has to say of it; null ends it. */
  update(info: SessionInfo | null): void
  /** Names the bot's own user, once a session has begun. */
  belongsTo(user: string): void
  /** Handles an event as the session's user; what is not yet handled at the end is delivered again. Throws what the work throws. */
  handle(sequence: number, work: (user: string) => Promise<void>): Promise<void>
  /** Writes down soon, or now, how far everything is handled. */
  saveSoon(): void
  save(): Promise<void>
}

const Kept = z.object({
  info: z.object({ sessionId: z.string(), resumeURL: z.string(), sequence: z.int(), shardCount: z.int(), shardId: z.int() }),
  user: z.string(),
})
type Kept = z.infer<typeof Kept>

const KEY = 'discord gateway session'
/** Discord forgets sessions sooner. */
const KEPT_MS = 3_600_000
const SAVE_MS = 500

/** Reads the session that is kept. Throws when the bus does not answer. What cannot be kept is told by `onUnsaved`: Discord will repeat more. */
export const openDiscordSession = async (
  state: Pick<StateAdapter, 'get' | 'set'>,
  { lost, onUnsaved }: { lost: AbortSignal; onUnsaved: (error: unknown) => void },
): Promise<DiscordSession> => {
  const kept = Kept.safeParse(await state.get(KEY))
  let now: (Kept & { progress: GatewayProgress }) | undefined = kept.success
    ? { ...kept.data, progress: gatewayProgress(kept.data.info.sequence) }
    : undefined
  let timer: NodeJS.Timeout | undefined
  const save = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    // Who took over keeps it from then on.
    if (!now?.user || lost.aborted) return
    const { info, user, progress } = now
    await state.set(KEY, { info: { ...info, sequence: progress.handled() }, user } satisfies Kept, KEPT_MS).catch(onUnsaved)
  }
  const saveSoon = (): void => {
    timer ??= setTimeout(() => void save(), SAVE_MS)
  }
  return {
    info: () => now?.info ?? null,
    update: (info) => {
      const isSame = info !== null && info.sessionId === now?.info.sessionId
      now = info === null ? undefined : { user: '', progress: gatewayProgress(info.sequence), ...(isSame ? now : {}), info }
    },
    belongsTo: (user) => {
      if (now) now.user = user
    },
    handle: async (sequence, work) => {
      if (!now) return
      const { progress, user } = now
      progress.began(sequence)
      try {
        await work(user)
      } finally {
        progress.done(sequence)
        saveSoon()
      }
    },
    saveSoon,
    save,
  }
}
