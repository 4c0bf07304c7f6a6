import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** On a terminal lines for people, elsewhere the objects themselves. */
const stderr = (): DestinationStream =>
  process.stderr.isTTY
    ? pretty({ destination: 2, sync: true, singleLine: true, ignore: 'pid,hostname,process', translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 2, sync: true })

const told = (value: unknown): unknown => (value instanceof Error ? value.message : value)

/** The system's log: one JSON object a line on stderr, or lines for the person at a terminal; never payloads, tokens or cookies. `mask` takes out of a line what is known to be secret. */
export const createLog = (level: string, mask: (line: string) => string = (line) => line, to: DestinationStream = stderr()): Logger =>
  pino(
    {
      level,
      // An error has no members of its own that JSON would show.
      serializers: { error: told, reason: told },
      redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', 'headers.authorization'], censor: '(hidden)' },
    },
    { write: (line) => to.write(mask(line)) },
  )
