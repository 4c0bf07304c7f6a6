import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { plainly } from '../bus/next-steps.ts'

type Input = Readable & { isTTY?: boolean }
type Output = Writable & { isTTY?: boolean; columns?: number }

/** Where a command speaks: text for people, or with `--json` one object on stdout and nothing else. */
export interface Terminal {
  readonly json: boolean
  /** A person watches: lines may be redrawn. */
  readonly live: boolean
  /** A person can be asked. */
  readonly interactive: boolean
  readonly colour: boolean
  readonly columns: number
  /** A line for people on stdout; with `--json` on stderr. */
  say(line: string): void
  /** A sentence of ours with its commands as they are to be typed here. */
  typed(sentence: string): string
  /** How a step is typed by who reads it in a log, a chat or a page, wherever on this machine he stands: for this very Cortex and these data. */
  typedFor(system: { readonly dataDir: string; readonly file: string | null }): (step: string) => string
  /** What a system told, in which people, agents and repositories have their say, with its own next steps as they are to be typed here. */
  told(words: string): string
  /** A line of ours on stderr, its commands as they are to be typed here. */
  warn(line: string): void
  /** A line on stderr as it is. */
  complain(line: string): void
  /** The answer of the command: the object with `--json`, else the text. Once a command. */
  result(object: object, text: string): void
  /** The last line of a live terminal, drawn over the one before; '' takes it away. */
  status(line: string): void
  /** Asks a person; null when the input is at its end or `signal` aborts. */
  ask(question: string, signal: AbortSignal): Promise<string | null>
}

export interface TerminalOptions {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly json: boolean
  /** Makes the commands in a sentence such as reach the same system from here. */
  readonly typed: (sentence: string) => string
  /** The same for words of a system, in which others have their say. */
  readonly told: (words: string) => string
  readonly typedFor: Terminal['typedFor']
  /** NO_COLOR, by its convention. */
  readonly noColour: boolean
  /** Ctrl-C while a question stands: the terminal hands it to the question instead of sending the signal. */
  readonly interrupted: () => void
}

const CLEAR = '\r\x1b[2K'

/** A terminal on the given streams. */
export const createTerminal = ({
  stdin,
  stdout,
  stderr,
  json,
  typed,
  told,
  typedFor,
  noColour,
  interrupted,
}: TerminalOptions): Terminal => {
  const live = !json && stdout.isTTY === true
  let drawn = ''
  const above = (stream: Output, line: string): void => {
    const redraw = live && drawn !== ''
    if (redraw) stdout.write(CLEAR)
    stream.write(`${line}\n`)
    if (redraw) stdout.write(drawn)
  }
  const status = (line: string): void => {
    if (!live || line === drawn) return
    stdout.write(line === '' ? CLEAR : `${CLEAR}${line}`)
    drawn = line
  }
  return {
    json,
    live,
    interactive: !json && stdin.isTTY === true && stdout.isTTY === true,
    colour: live && !noColour,
    // Some terminals say 0.
    columns: stdout.columns || 80,
    say: (line) => above(json ? stderr : stdout, line),
    typed,
    told,
    typedFor,
    warn: (line) => above(stderr, typed(line)),
    complain: (line) => above(stderr, line),
    result: (object, text) => {
      status('')
      stdout.write(json ? `${plainly(JSON.stringify(object))}\n` : text === '' || text.endsWith('\n') ? text : `${text}\n`)
    },
    status,
    ask: async (question, signal) => {
      status('')
      const lines = createInterface({ input: stdin, output: stdout })
      lines.once('SIGINT', () => {
        interrupted()
        lines.close()
      })
      const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)))
      try {
        return await Promise.race([lines.question(question, { signal }).catch(() => null), ended]) // aborted: nobody answers any more
      } finally {
        lines.close()
      }
    },
  }
}
