import type { TextLimits } from '../../jobs/jobs.ts'
import type { Body } from './body.ts'
import type { FieldFault } from './fault.ts'

export interface Limited {
  readonly text: string
  readonly finish: 'stop' | 'length'
}

const CHARACTERS_A_TOKEN = 4
const LONGEST_STOP = 1000
const unlimited: TextLimits = { stop: [] }

/** Tokens by rule of thumb, four characters each: a chat page does not say how many there were. */
export const estimatedTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_A_TOKEN)

/** A text cut to its tokens, without half a character at its end. */
export const firstTokens = (text: string, maxTokens: number | undefined): string =>
  maxTokens === undefined ? text : text.slice(0, maxTokens * CHARACTERS_A_TOKEN).replace(/[\uD800-\uDBFF]$/, '')

/** A text up to its limits, and which of them ended it. Pure. */
export const limited = (text: string, { stop, maxTokens }: TextLimits = unlimited): Limited => {
  const ends = stop.map((one) => text.indexOf(one)).filter((at) => at >= 0)
  const upToStop = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text
  const cut = firstTokens(upToStop, maxTokens)
  return { text: cut, finish: cut.length < upToStop.length ? 'length' : 'stop' }
}

/** An answer's text up to its limits; it is also cut where the page did not say that it is whole. Pure. */
export const limitedAnswer = ({ text, mayBeCut }: { readonly text: string; readonly mayBeCut?: boolean }, limits?: TextLimits): Limited => {
  const ended = limited(text, limits)
  return mayBeCut ? { ...ended, finish: 'length' } : ended
}

/** `stop`, `max_tokens`, `max_completion_tokens` and `max_output_tokens` of a request, where it has any; what is wrong with them goes to `faults`. */
export const textLimits = (body: Body, faults: FieldFault[]): TextLimits | undefined => {
  const stop = [body.stop ?? []].flat()
  const isStop = (one: unknown): one is string => typeof one === 'string' && one !== '' && one.length <= LONGEST_STOP
  if (!stop.every(isStop) || stop.length > 4)
    faults.push({ param: 'stop', message: `must be a text or up to four of them, of ${LONGEST_STOP} characters at most` })
  const given = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'].flatMap((param) =>
    body[param] === undefined || body[param] === null ? [] : [{ param, value: body[param] }],
  )
  const counts = given.flatMap(({ param, value }) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return [value]
    faults.push({ param, message: 'must be a whole number above 0, and below 2^53' })
    return []
  })
  if (stop.length + counts.length === 0) return undefined
  return { stop: stop.filter(isStop), ...(counts.length > 0 ? { maxTokens: Math.min(...counts) } : {}) }
}
