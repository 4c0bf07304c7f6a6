import { messageOf } from '../../bus/errors.ts'
import { unlessAborted } from '../../bus/within.ts'
import { stableUrl } from '../page/place.ts'
import type { PageSnapshot, TurnSnapshot } from '../page/snapshot.ts'
import { type AnswerCourse, type AnswerLook, type AnswerStep, courseAfter, courseAfterLoad, courseFrom, stepFor } from './answer-course.ts'
import { answeringTurn } from './answer-progress.ts'
import { partialTeller } from './partial-answer.ts'
import { closeKnownDialogs } from './preflight.ts'
import { locateOwn, type Sent } from './sent-turn.ts'
import type { Stage } from './stage.ts'
import { troubleOf } from './turn-trouble.ts'
import { TurnFault, type TurnHooks, type TurnPlace } from './types.ts'

export interface Watched {
  readonly turn: TurnSnapshot
  readonly place: TurnPlace
  readonly degraded: boolean
  readonly mayBeCut: boolean
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

/** Looks, does what `stepFor` calls for, and looks again. */
const watchUntil = async (deadline: AbortSignal, stage: Stage, sent: Sent, hooks: Hooks): Promise<Watched> => {
  const tell = partialTeller(stage, hooks.partial)
  const tellThinking = labelTeller(hooks.thinking)
  let { place } = sent
  let course = courseFrom(sent.sentAt, sent.isLive, Date.now())
  for (;;) {
    const seen = await stage.look()
    deadline.throwIfAborted()
    const own = locateOwn(seen.turns, { place, text: sent.text })
    if (own) place = await learnUrl(stage, seen, place, hooks)
    const look = lookFor(stage, seen, own, place)
    course = courseAfter(course, look)
    const step = stepFor(course, look, stage)
    if (step.kind === 'fail') {
      await closeKnownDialogs(stage)
      throw step.fault
    }
    tellThinking(look.turn?.thinking ?? null)
    if (step.kind === 'take') return watched(stage, step, course, { sentAt: sent.sentAt, place, at: seen.at })
    if (look.turn) await tell(look.turn, seen.at)
    if (step.kind === 'load') {
      await load(stage, step)
      course = courseAfterLoad(course, step, Date.now())
    }
    await stage.pause(stage.pack.timing.pollMs, 'yes')
  }
}

const lookFor = (stage: Stage, seen: PageSnapshot, own: TurnSnapshot | undefined, place: TurnPlace): AnswerLook => {
  const turn = own && answeringTurn(seen.turns, own.index)
  return { seen, own, turn, place, trouble: troubleOf(seen, own, turn, stage.stateOf(seen), stage.pack) }
}

/** Tells a label once for as long as it stays. */
const labelTeller = (tell: TurnHooks['thinking']) => {
  let told: string | null = null
  return (label: string | null): void => {
    if (label !== null && label !== told) tell(label)
    told = label
  }
}

const watched = (
  stage: Stage,
  { standing, turn }: Extract<AnswerStep, { kind: 'take' }>,
  { thoughtAt }: AnswerCourse,
  { sentAt, place, at }: { sentAt: number; place: TurnPlace; at: number },
): Watched => {
  const degraded = standing.kind === 'complete' && standing.degraded
  if (standing.kind === 'complete' && standing.note) stage.notes.push(degraded ? `degraded: ${standing.note}` : standing.note)
  const mayBeCut = degraded && standing.lacksBar === true
  return { turn, place, degraded, mayBeCut, thinkingMs: thoughtAt - sentAt, answerMs: at - sentAt }
}

/** The conversation's stable url is told as soon as the page has one. */
const learnUrl = async (stage: Stage, seen: PageSnapshot, place: TurnPlace, hooks: Hooks): Promise<TurnPlace> => {
  const url = stableUrl(stage.pack, stage.home, seen.url)
  if (url === undefined || place.url !== undefined) return place
  const known = { ...place, url }
  await hooks.sent(known)
  return known
}

/** What does not load is noted, and looked at as it stands. */
const load = async ({ page, notes }: Stage, { url, note }: Extract<AnswerStep, { kind: 'load' }>): Promise<void> => {
  if (!notes.includes(note)) notes.push(note)
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 30_000 })
  } catch (error) {
    notes.push(`it did not load: ${messageOf(error).split('\n')[0]}`)
  }
}
