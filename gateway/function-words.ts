import { step } from '../bus/next-steps.ts'
import type { RunningFunction } from '../bus/runtime/deliverer.ts'
import { pausedInWords } from '../domain/words/pause-words.ts'
import type { FunctionsAnswer } from './answers.ts'
import type { FunctionControl } from './context/function-control.ts'

type Look = Awaited<ReturnType<FunctionControl['look']>>[number]
type Told = FunctionsAnswer['functions'][number]

/** A function's queue for those who ask; `running` is what this process works on. Pure. */
export const tellFunction = (look: Look, running: readonly RunningFunction[]): Told => {
  const mine = running.filter(({ fn }) => fn === look.name)
  return {
    name: look.name,
    pending: look.pending,
    in_flight: look.inFlight,
    redelivered: look.redelivered,
    ...(look.oldestAt ? { oldest_at: look.oldestAt } : {}),
    ...(look.pausedUntil ? { paused_until: look.pausedUntil } : {}),
    ...(look.pause
      ? { paused: { by: look.pause.by, channel: look.pause.channel, since: look.pause.since, reason: look.pause.reason } }
      : {}),
    concurrency: look.concurrency,
    running: mine.map(({ story, since, attempt, held }) => ({ task: story, since, attempt, ...(held ? { held } : {}) })),
    ...(isUnserved(look, mine) ? { unserved: true } : {}),
    why: whyFunction(look, mine),
  }
}

const isUnserved = (look: Look, running: readonly RunningFunction[]): boolean =>
  look.pulls === 0 && look.inFlight < look.concurrency && !look.pausedUntil && !running.some(({ held }) => held)

const whyFunction = (look: Look, running: readonly RunningFunction[]): string => {
  if (look.pause) return pausedInWords(look.pause)
  if (look.pausedUntil) return `paused until ${look.pausedUntil}; who wanted it is not known yet: ${step(`resume ${look.name}`)}`
  const held = running.find((flight) => flight.held)
  if (held) return `held: ${held.held}`
  const waiting = look.pending + look.inFlight
  if (isUnserved(look, running)) return `${nobody}${waiting > 0 ? `; ${waiting} wait` : ''}`
  if (waiting === 0) return 'waits for work'
  if (look.inFlight >= look.concurrency && look.pending > 0)
    return `works on ${look.inFlight}, as many as it may at once; ${look.pending} wait behind`
  return look.inFlight > 0
    ? `works on ${look.inFlight}${look.redelivered > 0 ? `, ${look.redelivered} of them not for the first time` : ''}`
    : `${look.pending} are on their way to it`
}

const nobody = 'nobody takes its messages: the process it belongs to does not run'
