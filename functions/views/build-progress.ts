import type { Logger } from 'pino'

/** How far the views are with what happened before. */
export interface Building {
  readonly percent: number
  /** Views of an older meaning answer until these are done. */
  readonly older: boolean
}

export interface BuildProgress {
  readonly building: () => Building | undefined
  begin(messages: number, older: boolean): void
  /** So many messages more were read. */
  read(messages: number): void
  end(): void
}

/** What is worth a line in the log although nothing answers otherwise than before. */
const MANY = 20_000

/** Tells how far the views are, to whoever asks and, when it takes a while, to the log. */
export const followBuild = (log: Logger): BuildProgress => {
  let now: { total: number; done: number; told: number; older: boolean; since: number } | undefined
  const percentOf = ({ total, done }: { total: number; done: number }): number =>
    Math.min(99, Math.floor((100 * done) / Math.max(1, total)))
  const isWorthALine = (): boolean => now !== undefined && (now.older || now.total >= MANY)
  return {
    building: () => now && { percent: percentOf(now), older: now.older },
    begin: (total, older) => {
      now = { total, done: 0, told: 0, older, since: performance.now() }
      if (older)
        log.info({ messages: total }, 'the views mean something else than before and are made anew; the older ones answer meanwhile')
    },
    read: (messages) => {
      if (!now) return
      now.done += messages
      const percent = percentOf(now)
      if (percent < now.told + 10 || !isWorthALine()) return
      now.told = percent
      log.info({ percent }, 'the views are being made')
    },
    end: () => {
      if (now && isWorthALine())
        log.info({ messages: now.done, seconds: Math.round((performance.now() - now.since) / 1000) }, 'the views are made')
      now = undefined
    },
  }
}
