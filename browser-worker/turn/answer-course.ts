import { isSameConversation } from '../page/place.ts'
import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { type AnswerProgress, type AnswerStanding, judgeAnswer, noProgress, progressAfter } from './answer-progress.ts'
import type { Trouble } from './turn-trouble.ts'
import { PageLost, type Tab, TurnFault, type TurnPlace } from './types.ts'

/** What is remembered of a sent turn from look to look. Times are milliseconds since 1970. */
export interface AnswerCourse {
  readonly progress: AnswerProgress
  /** The page has shown this turn at work, as it stands: an older one may not know that the answer is still being written. */
  readonly isLive: boolean
  /** An answer without its end was looked at again after loading. */
  readonly isChecked: boolean
  /** The page was brought back to the conversation. */
  readonly isBack: boolean
  /** The last sign of thinking, or the send. */
  readonly thoughtAt: number
  /** Looks in a row that showed a trouble. */
  readonly troubles: number
  /** Since when a turn without an address is not shown. */
  readonly goneSince: number | null
}

/** One look at the page of a sent turn: the turn of ours, the one that answers it, and what goes wrong. */
export interface AnswerLook {
  readonly seen: PageSnapshot
  readonly own: TurnSnapshot | undefined
  readonly turn: TurnSnapshot | undefined
  readonly place: TurnPlace
  readonly trouble: Trouble | undefined
}

export type AnswerStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'take'; readonly turn: TurnSnapshot; readonly standing: Exclude<AnswerStanding, { kind: 'waiting' }> }
  /** The conversation is loaded again, for its server may know more; `then` is what is known afterwards. */
  | { readonly kind: 'load'; readonly url: string; readonly note: string; readonly then: Pick<AnswerCourse, 'isChecked' | 'isBack'> }
  | { readonly kind: 'fail'; readonly fault: TurnFault | PageLost }

/** Milliseconds for which a page may show nothing of a turn that has no address yet. */
const STRAY_MS = 5_000

/** Before the first look; `isLive` when the page took the turn itself. */
export const courseFrom = (sentAt: number, isLive: boolean, now: number): AnswerCourse => ({
  ...{ progress: noProgress(now), isLive, isChecked: false, isBack: false },
  ...{ thoughtAt: sentAt, troubles: 0, goneSince: null },
})

/** What a look adds to what is known. */
export const courseAfter = (known: AnswerCourse, { seen, own, turn, place, trouble }: AnswerLook): AnswerCourse => {
  const progress = progressAfter(known.progress, seen, turn)
  return {
    ...known,
    progress,
    isLive: known.isLive || progress.quietSince === null,
    thoughtAt: turn && turn.thinking !== null ? seen.at : known.thoughtAt,
    troubles: trouble ? known.troubles + 1 : 0,
    goneSince: own || place.url !== undefined ? null : (known.goneSince ?? seen.at),
  }
}

/** What is known once the conversation was loaded again. */
export const courseAfterLoad = (known: AnswerCourse, { then }: Extract<AnswerStep, { kind: 'load' }>, now: number): AnswerCourse => ({
  ...known,
  ...then,
  progress: noProgress(now),
  isLive: false,
})

/** What a look and all before it call for; `course` has the look in it. */
export const stepFor = (course: AnswerCourse, look: AnswerLook, { pack, home }: Pick<Tab, 'pack' | 'home'>): AnswerStep => {
  const { seen, turn, place, trouble } = look
  // A page that left the turn before its conversation had an address has nothing to come back to: the turn must be looked for.
  if (course.goneSince !== null && seen.at - course.goneSince > STRAY_MS)
    return { kind: 'fail', fault: new PageLost('the page left the turn before it had an address') }
  if (trouble && course.troubles >= trouble.looks) return { kind: 'fail', fault: trouble.fault }
  const standing = judgeAnswer(course.progress, turn, seen.at, pack)
  const isDoubtful = standing.kind === 'complete' && standing.lacksBar === true && !course.isChecked
  const isInVain = standing.kind === 'empty' && isWithoutAnswer(turn) && !course.isLive
  if (turn && standing.kind !== 'waiting' && (place.url === undefined || !(isDoubtful || isInVain))) return { kind: 'take', turn, standing }
  const { barGraceMs } = pack.timing
  const { quietSince } = course.progress
  const isIdle = isWithoutAnswer(turn) && quietSince !== null && seen.at - quietSince >= barGraceMs
  if (place.url === undefined)
    return isIdle && pack.selectors.stop.length > 0 ? { kind: 'fail', fault: failedSilently(barGraceMs) } : { kind: 'wait' }
  const isElsewhere = !course.isBack && !isSameConversation(pack, home, place.url, seen.url)
  if (!isIdle && !isElsewhere && !isDoubtful) return { kind: 'wait' }
  const note = `the conversation was loaded again, for the page showed ${isDoubtful ? 'an answer without its end' : 'no answer'}`
  const then = { isChecked: course.isChecked || isDoubtful, isBack: course.isBack || isElsewhere }
  return { kind: 'load', url: place.url, note, then }
}

const isWithoutAnswer = (turn: TurnSnapshot | undefined): boolean => !turn || (turn.textLength === 0 && !turn.finished)

const failedSilently = (idleMs: number): TurnFault =>
  new TurnFault('ANSWER_EMPTY', `the page stood idle for ${idleMs / 1000} s and showed no answer`, { sent: 'yes', retryable: true })
