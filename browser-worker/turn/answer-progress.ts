import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import type { SitePack } from '../sites/site-pack.ts'

/** What is remembered from look to look while an answer grows. Times are milliseconds since 1970. */
export interface AnswerProgress {
  readonly hash: number | null
  readonly length: number
  /** Looks in a row without a change of the text. */
  readonly stable: number
  readonly changedAt: number
  /** Since when there has been nothing at work: no stop button, no thinking mark. */
  readonly quietSince: number | null
  /** Since when no stop button has been there. */
  readonly stoppedSince: number | null
}

export type AnswerStanding =
  | { readonly kind: 'waiting' }
  /** Without its bar a still text may be an answer that was cut off. */
  | { readonly kind: 'complete'; readonly degraded: boolean; readonly note?: string; readonly lacksBar?: true }
  | { readonly kind: 'empty' }

const stableLooks = 3

export const noProgress = (at: number): AnswerProgress => ({
  hash: null,
  length: 0,
  stable: 0,
  changedAt: at,
  quietSince: null,
  stoppedSince: null,
})

/** The turn that answers the turn of ours at `own`: the last assistant turn behind it and before the next turn of ours. */
export const answeringTurn = (turns: readonly TurnSnapshot[], own: number): TurnSnapshot | undefined => {
  const next = turns.find(({ index, role }) => index > own && role === 'user')?.index ?? turns.length
  return turns.findLast(({ index, role }) => role === 'assistant' && index > own && index < next)
}

/** What the next look adds to what is known. */
export const progressAfter = (known: AnswerProgress, seen: PageSnapshot, turn: TurnSnapshot | undefined): AnswerProgress => {
  const hash = turn?.textHash ?? null
  const isSame = hash === known.hash
  const isQuiet = !seen.stop && (turn?.thinking ?? null) === null
  return {
    hash,
    length: turn?.textLength ?? 0,
    stable: isSame ? known.stable + 1 : 0,
    changedAt: isSame ? known.changedAt : seen.at,
    quietSince: isQuiet ? (known.quietSince ?? seen.at) : null,
    stoppedSince: seen.stop ? null : (known.stoppedSince ?? seen.at),
  }
}

/**
 * Whether an answer is complete: its text has stood still, nothing is at work, and its own finished bar is there. What is missing is
 * waited for with the pack's patience: a bar that never comes, a thinking mark that never goes, a text that is only in the copy action.
 */
export const judgeAnswer = (progress: AnswerProgress, turn: TurnSnapshot | undefined, now: number, pack: SitePack): AnswerStanding => {
  const { timing, selectors } = pack
  const still = now - progress.changedAt
  if (!turn || progress.stoppedSince === null || progress.stable < stableLooks || still < timing.unchangedMs) return { kind: 'waiting' }
  const hasBar = selectors.finishedBar.length === 0 || turn.finished
  const quiet = progress.quietSince === null ? 0 : now - progress.quietSince
  if (turn.textLength === 0) return judgeEmpty(progress, turn, now, pack)
  if (hasBar && quiet >= timing.unchangedMs) return { kind: 'complete', degraded: false }
  const idle = Math.min(still, now - progress.stoppedSince)
  if (hasBar && progress.quietSince === null && selectors.finishedBar.length > 0 && idle >= timing.markerGraceMs) {
    return { kind: 'complete', degraded: true, note: `a thinking mark stayed ("${turn.thinking ?? ''}") under a finished answer` }
  }
  if (!hasBar && Math.min(still, quiet) >= timing.barGraceMs) {
    const note = `the finished bar did not come within ${timing.barGraceMs / 1000} s; the answer may be cut off`
    return { kind: 'complete', degraded: true, note, lacksBar: true }
  }
  return { kind: 'waiting' }
}

const judgeEmpty = (progress: AnswerProgress, turn: TurnSnapshot, now: number, { timing, selectors }: SitePack): AnswerStanding => {
  if (progress.quietSince === null) return { kind: 'waiting' }
  const quiet = Math.min(now - progress.changedAt, now - progress.quietSince)
  const isFinished = selectors.finishedBar.length === 0 || turn.finished
  return quiet >= (isFinished ? timing.emptyGraceMs : timing.barGraceMs) ? { kind: 'empty' } : { kind: 'waiting' }
}
