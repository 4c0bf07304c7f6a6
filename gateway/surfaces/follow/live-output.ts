import { drawn } from '../../../domain/words/plain.ts'
import { assemblePartial } from '../../jobs/partial.ts'

/** A line of a function at work, as it comes over the bus. */
export interface LiveLine {
  readonly fn: string
  readonly stream: string
  readonly line: string
}

/** What a listener is told, without what steers a terminal. Of an answer that is being written, `at` is the place from which on `text` stands now. */
export interface Output {
  readonly function: string
  readonly stream: string
  readonly text: string
  readonly at?: number
  /** It was said before the listener came. */
  readonly replay?: true
}

/** The newest output of a task, for those who come late. */
export interface LiveOutput {
  /** What to tell of a line; nothing of a piece that does not fit to what is there. */
  take(line: LiveLine): Output | undefined
  /** What was said last: lines in their order, then each answer that is being written, as one piece. */
  replay(): readonly Output[]
}

/** The stream of live output that carries an answer that is being written, in pieces. */
const PARTIAL = 'partial'
const KEPT_LINES = 200
const KEPT_LENGTH = 128 * 1024

/** Remembers the last 200 lines, of 128 K characters at most, and each growing answer as far as it is. */
export const liveOutput = (): LiveOutput => {
  const lines: Output[] = []
  const partials = new Map<string, { readonly assemble: (line: string) => string | undefined; whole: string }>()
  let length = 0
  const takePartial = ({ fn, line }: LiveLine): Output | undefined => {
    const partial = partials.get(fn) ?? { assemble: assemblePartial(), whole: '' }
    partials.set(fn, partial)
    const assembled = partial.assemble(line)
    if (assembled === undefined) return undefined
    const whole = drawn(assembled)
    const at = sharedLength(partial.whole, whole)
    partial.whole = whole
    return { function: fn, stream: PARTIAL, at, text: whole.slice(at) }
  }
  return {
    take: (line) => {
      if (line.stream === PARTIAL) return takePartial(line)
      const output = { function: line.fn, stream: line.stream, text: drawn(line.line) }
      lines.push(output)
      length += output.text.length
      while (lines.length > KEPT_LINES || length > KEPT_LENGTH) length -= lines.shift()?.text.length ?? 0
      return output
    },
    replay: () => [
      ...lines.map((line) => ({ ...line, replay: true as const })),
      ...[...partials]
        .filter(([, { whole }]) => whole !== '')
        .map(([fn, { whole }]) => ({ function: fn, stream: PARTIAL, at: 0, text: whole, replay: true as const })),
    ],
  }
}

/** How far two texts are the same. */
const sharedLength = (one: string, other: string): number => {
  if (other.startsWith(one)) return one.length
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

/**
 * The lines of both, in order and each once: `stored` was read while `heard` was coming in already, so of each function's
 * stream the end of the one may be the beginning of the other. Pure.
 */
export const joinLines = (stored: readonly LiveLine[], heard: readonly LiveLine[]): LiveLine[] => {
  const key = ({ fn, stream }: LiveLine): string => `${fn} ${stream}`
  const skips = new Map<string, number>()
  for (const one of new Set(heard.map(key))) {
    const of = (lines: readonly LiveLine[]) => lines.filter((line) => key(line) === one).map(({ line }) => line)
    skips.set(one, overlap(of(stored), of(heard)))
  }
  const fresh = heard.filter((line) => {
    const left = skips.get(key(line)) ?? 0
    skips.set(key(line), left - 1)
    return left <= 0
  })
  return [...stored, ...fresh]
}

/** The most elements that end the one and begin the other. */
const overlap = (one: readonly string[], other: readonly string[]): number => {
  for (let length = Math.min(one.length, other.length); length > 0; length--)
    if (other.slice(0, length).every((line, index) => line === one[one.length - length + index])) return length
  return 0
}
