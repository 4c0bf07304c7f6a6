import type { Script } from './script.ts'

/**
 * What a turn shows at a moment: a pure rule of its script and the time since its start.
 * So a reload, a second browser or a restart of the stand-in goes on in mid-thought. Times are milliseconds.
 */

export interface Course {
  readonly script: Script
  /** When the prompt was received, or its retry. */
  readonly startedAt: number
  /** Markdown, and when it was there; absent while somebody still writes it. */
  readonly answer?: string
  readonly answeredAt?: number
  /** "Answer now" was clicked. */
  readonly hurriedAt?: number
  /** The stop button was clicked. */
  readonly stoppedAt?: number
}

export type Phase = 'sending' | 'thinking' | 'streaming' | 'finished' | 'failed' | 'refused'

export interface CourseView {
  readonly phase: Phase
  /** Which part of the thinking it is in, from 0 to below 1. */
  readonly thinkingPart: number
  /** Whole seconds of a thought that is over; absent when there was none. */
  readonly thoughtSeconds?: number
  /** How many pieces of commentary are there. */
  readonly commentaries: number
  /** The shown part of the Markdown. */
  readonly text: string
  readonly actionBar: boolean
  /** It will not change any more unless somebody acts. */
  readonly settled: boolean
}

/** When thinking starts and when the first and the last character come; infinite for what never comes. */
const momentsOf = ({ script, startedAt, answer, answeredAt, hurriedAt }: Course) => {
  const thinkingFrom = startedAt + script.commitMs
  const planned = Math.min(thinkingFrom + script.thinking.ms, Math.max(thinkingFrom, hurriedAt ?? Number.POSITIVE_INFINITY))
  const failsAtOnce = script.error?.at === 'start'
  const ready = failsAtOnce ? thinkingFrom : (answeredAt ?? Number.POSITIVE_INFINITY)
  const thinkingTo = script.stuck ? Number.POSITIVE_INFINITY : Math.max(planned, ready)
  const length = failsAtOnce ? 0 : script.error ? Math.floor((answer ?? '').length / 2) : (answer ?? '').length
  const { charactersPerSecond, chunkMs } = script.streaming
  const chunks = Math.ceil((length * 1000) / charactersPerSecond / chunkMs)
  return { thinkingFrom, thinkingTo, length, streamedTo: thinkingTo + chunks * chunkMs }
}

const shownLength = (script: Script, length: number, streamedMs: number): number => {
  const { charactersPerSecond, chunkMs } = script.streaming
  return Math.min(length, Math.floor((Math.floor(streamedMs / chunkMs) * chunkMs * charactersPerSecond) / 1000))
}

/** Where the turn stands at `now`. A stopped turn stays as it was at the stop, with its action bar. */
export const viewOf = (course: Course, now: number): CourseView => {
  const { script, startedAt, answer = '', stoppedAt } = course
  const at = Math.min(now, stoppedAt ?? now)
  const { thinkingFrom, thinkingTo, length, streamedTo } = momentsOf(course)
  const thinkingMs = thinkingTo - thinkingFrom
  const thinkingPart = Number.isFinite(thinkingMs) && thinkingMs > 0 ? Math.min(0.999, Math.max(0, (at - thinkingFrom) / thinkingMs)) : 0
  const commentaries = commentaryCount(script, at - thinkingFrom)
  const nothing = { thinkingPart, commentaries: 0, text: '', actionBar: false, settled: false }
  if (at < startedAt + script.commitMs) return { ...nothing, phase: 'sending' }
  if (script.rateDialog?.when === 'after-commit') return { ...nothing, phase: 'refused', settled: true }
  const thought =
    script.thinking.ms > 0 ? { thoughtSeconds: Math.max(1, Math.round((Math.min(at, thinkingTo) - thinkingFrom) / 1000)) } : {}
  if (at < thinkingTo && stoppedAt === undefined) {
    return { ...nothing, phase: 'thinking', thinkingPart: loopedPart(course, at, thinkingPart), commentaries }
  }
  const text = answer.slice(0, at < thinkingTo ? 0 : shownLength(script, length, at - thinkingTo))
  if (stoppedAt !== undefined && at < streamedTo) {
    return { ...nothing, ...thought, commentaries, text, phase: 'finished', actionBar: true, settled: true }
  }
  if (at < streamedTo) return { ...nothing, ...thought, commentaries, text, phase: 'streaming' }
  if (script.error) return { ...nothing, ...thought, commentaries, text, phase: 'failed', settled: true }
  const actionBar = !script.actionBar.missing && now >= streamedTo + script.actionBar.lateMs
  return { ...nothing, ...thought, commentaries, text, phase: 'finished', actionBar, settled: actionBar || script.actionBar.missing }
}

/** A thought without a known end goes round its labels, each for a part of the planned time. */
const loopedPart = ({ script, startedAt }: Course, at: number, part: number): number => {
  if (part > 0) return part
  const planned = Math.max(1_000, script.thinking.ms)
  return ((at - startedAt - script.commitMs) % planned) / planned
}

/** The pieces come evenly spread over the planned thinking; all are there at its end. */
const commentaryCount = ({ commentary, thinking }: Script, thinkingMs: number): number =>
  commentary.filter((_, index) => thinkingMs >= ((index + 1) * thinking.ms) / (commentary.length + 1)).length
