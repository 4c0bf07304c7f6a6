import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { plainly, type Typed, withSteps } from '../../bus/next-steps.ts'

/** On a terminal lines for people, elsewhere the objects themselves. */
const stderr = (): DestinationStream =>
  process.stderr.isTTY
    ? pretty({ destination: 2, sync: true, singleLine: true, ignore: 'pid,hostname,process', translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 2, sync: true })

const told =
  (typed: Typed) =>
  (value: unknown): unknown => {
    const words = value instanceof Error ? value.message : value
    return typeof words === 'string' ? withSteps(words, typed) : words
  }

/** The system's log: one JSON object a line on stderr, or lines for the person at a terminal; never payloads, tokens or cookies. `mask` takes out of a line what is known to be secret, and `typed` says how its reader types a next step. */
export const createLog = (
  level: string,
  mask: (line: string) => string = (line) => line,
  { to = stderr(), typed = (step) => step }: { to?: DestinationStream; typed?: Typed } = {},
): Logger =>
  pino(
    {
      level,
      // An error has no members of its own that JSON would show.
      serializers: { error: told(typed), reason: told(typed) },
      redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', 'headers.authorization'], censor: '(hidden)' },
    },
    { write: (line) => to.write(mask(plainly(line))) },
  )
