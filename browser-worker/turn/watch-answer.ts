import { messageOf } from '../../bus/errors.ts'
import { unlessAborted } from '../../bus/within.ts'
import { isSameConversation, stableUrl } from '../page/place.ts'
import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { type AnswerProgress, type AnswerStanding, answeringTurn, judgeAnswer, noProgress, progressAfter } from './answer-progress.ts'
import { partialTeller } from './partial-answer.ts'
import { closeKnownDialogs } from './preflight.ts'
import { locateOwn, type Sent } from './sent-turn.ts'
import type { Stage } from './stage.ts'
import { troubleOf } from './turn-trouble.ts'
import { PageLost, TurnFault, type TurnHooks, type TurnPlace } from './types.ts'

export interface Watched {
  readonly turn: TurnSnapshot
  readonly place: TurnPlace
  readonly degraded: boolean
  readonly mayBeCut: boolean
  readonly hasText: boolean
  /** Milliseconds from the send to the last sign of thinking, and to the completed answer. */
  readonly thinkingMs: number
  readonly answerMs: number
}

type Hooks = Pick<TurnHooks, 'sent' | 'partial' | 'thinking' | 'deadlineMs'>

/** A turn that was found again is looked at for so long, although its time is over: its answer may have been there for hours. */
const FOUND_MS = 15_000

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1

/**
 * Watches the answer of a sent turn until it is complete. Throws TurnFault (sent: yes) when it ends otherwise, TURN_TIMEOUT at the deadline
 * whatever the page is doing then.
 */
export const watchAnswer = async (stage: Stage, sent: Sent, hooks: Hooks): Promise<Watched> => {
  const deadline = new AbortController()
  const words = `no complete answer within ${Math.round(hooks.deadlineMs / 1000)} s of the send`
  const pass = (): void => deadline.abort(new TurnFault('TURN_TIMEOUT', words, { sent: 'yes' }))
  const leastMs = sent.isLive ? 0 : FOUND_MS
  const timer = setTimeout(pass, Math.min(Math.max(leastMs, sent.sentAt + hooks.deadlineMs - Date.now()), longestMs))
  try {
    return await unlessAborted(deadline.signal, watchUntil(deadline.signal, stage, sent, hooks))
  } finally {
    clearTimeout(timer)
  }
}

const watchUntil = async (deadline: AbortSignal, stage: Stage, sent: Sent, hooks: Hooks): Promise<Watched> => {
  const tell = partialTeller(stage, hooks.partial)
  const trouble = troubleCounter()
  const renew = renewal(stage)
  const stray = strayWatch()
  let { place } = sent
  let progress = noProgress(Date.now())
  let { isLive } = sent
  let isChecked = false
  let label: string | null = null
  let thoughtAt = sent.sentAt
  for (;;) {
    const seen = await stage.look()
    deadline.throwIfAborted()
    const own = locateOwn(seen.turns, { place, text: sent.text })
    if (own) place = await learnUrl(stage, seen, place, hooks)
    stray(own, place, seen.at)
    const turn = own && answeringTurn(seen.turns, own.index)
    progress = progressAfter(progress, seen, turn)
    await trouble(stage, seen, own, turn)
    if (turn && turn.thinking !== null) thoughtAt = seen.at
    if (turn && turn.thinking !== null && turn.thinking !== label) hooks.thinking(turn.thinking)
    label = turn?.thinking ?? null
    const standing = judgeAnswer(progress, turn, seen.at, stage.pack)
    isLive ||= progress.quietSince === null
    // A page that never showed this turn at work may not know that the answer is still being written.
    const isInVain = standing.kind === 'empty' && isWithoutAnswer(turn) && !isLive && place.url !== undefined
    const isDoubtful: boolean = standing.kind === 'complete' && standing.lacksBar === true && place.url !== undefined && !isChecked
    if (turn && standing.kind !== 'waiting' && !isInVain && !isDoubtful) {
      return watched(stage, standing, turn, { place, thinkingMs: thoughtAt - sent.sentAt, answerMs: seen.at - sent.sentAt })
    }
    if (turn) await tell(turn, seen.at)
    if (await renew(seen, turn, progress, place, isDoubtful)) {
      isChecked ||= isDoubtful
      progress = noProgress(Date.now())
      isLive = false
    }
    await stage.pause(stage.pack.timing.pollMs, 'yes')
  }
}

/** Milliseconds for which a page may show nothing of a turn that has no address yet. */
const STRAY_MS = 5_000

/** A page that left the turn before its conversation had an address has nothing to come back to: the turn must be looked for. */
const strayWatch = () => {
  let goneSince: number | undefined
  return (own: TurnSnapshot | undefined, { url }: TurnPlace, at: number): void => {
    goneSince = own || url !== undefined ? undefined : (goneSince ?? at)
    if (goneSince !== undefined && at - goneSince > STRAY_MS) throw new PageLost('the page left the turn before it had an address')
  }
}

const watched = (
  stage: Stage,
  standing: Exclude<AnswerStanding, { kind: 'waiting' }>,
  turn: TurnSnapshot,
  rest: Pick<Watched, 'place' | 'thinkingMs' | 'answerMs'>,
): Watched => {
  const degraded = standing.kind === 'complete' && standing.degraded
  if (standing.kind === 'complete' && standing.note) stage.notes.push(degraded ? `degraded: ${standing.note}` : standing.note)
  return { turn, degraded, mayBeCut: degraded && standing.lacksBar === true, hasText: standing.kind === 'complete', ...rest }
}

/** The conversation's stable url is told as soon as the page has one. */
const learnUrl = async (stage: Stage, seen: PageSnapshot, place: TurnPlace, hooks: Hooks): Promise<TurnPlace> => {
  const url = stableUrl(stage.pack, stage.home, seen.url)
  if (url === undefined || place.url !== undefined) return place
  const known = { ...place, url }
  await hooks.sent(known)
  return known
}

/** Throws a trouble once it has been seen often enough in a row. */
const troubleCounter = () => {
  let looks = 0
  return async (stage: Stage, seen: PageSnapshot, own: TurnSnapshot | undefined, turn: TurnSnapshot | undefined): Promise<void> => {
    const trouble = troubleOf(seen, own, turn, stage.stateOf(seen), stage.pack)
    looks = trouble ? looks + 1 : 0
    if (!trouble || looks < trouble.looks) return
    await closeKnownDialogs(stage)
    throw trouble.fault
  }
}

/**
 * A page that stands idle without an answer, shows one that may be cut off, or left the conversation, is loaded again, for its server may
 * know more. Where it has no
 * address to be loaded by, it failed without a word. Throws TurnFault ANSWER_EMPTY then.
 */
const renewal = (stage: Stage) => {
  let isBack = false
  return async (
    seen: PageSnapshot,
    turn: TurnSnapshot | undefined,
    progress: AnswerProgress,
    { url }: TurnPlace,
    isDoubtful: boolean,
  ): Promise<boolean> => {
    const { selectors, timing } = stage.pack
    const isIdle = isWithoutAnswer(turn) && progress.quietSince !== null && seen.at - progress.quietSince >= timing.barGraceMs
    if (url === undefined) {
      if (isIdle && selectors.stop.length > 0) throw failedSilently(timing.barGraceMs)
      return false
    }
    const isElsewhere = !isBack && !isSameConversation(stage.pack, stage.home, url, seen.url)
    if (!isIdle && !isElsewhere && !isDoubtful) return false
    isBack ||= isElsewhere
    const note = `the conversation was loaded again, for the page showed ${isDoubtful ? 'an answer without its end' : 'no answer'}`
    if (!stage.notes.includes(note)) stage.notes.push(note)
    try {
      await stage.page.goto(url, { waitUntil: 'domcontentloaded', timeout: 30_000 })
    } catch (error) {
      stage.notes.push(`it did not load: ${messageOf(error).split('\n')[0]}`)
    }
    return true
  }
}

const isWithoutAnswer = (turn: TurnSnapshot | undefined): boolean => !turn || (turn.textLength === 0 && !turn.finished)

const failedSilently = (idleMs: number): TurnFault =>
  new TurnFault('ANSWER_EMPTY', `the page stood idle for ${idleMs / 1000} s and showed no answer`, { sent: 'yes', retryable: true })
