import { step } from '../../bus/next-steps.ts'

/** A pause as people are told of it. Times are ISO 8601. */
export interface PauseWords {
  readonly fn: string
  readonly by: string
  readonly since: string
  readonly reason: string
}

/** Which function stands still, since when, who wanted it and why; and what ends it. Pure. */
export const pausedInWords = ({ fn, by, since, reason }: PauseWords): string =>
  `${fn} is paused by ${by} since ${since}${reason ? ` (${reason})` : ''}: ${step(`resume ${fn}`)}`
