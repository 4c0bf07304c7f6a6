import { type Logger, pino } from 'pino'

/** The system's log: one JSON object a line on stderr; never payloads, tokens or cookies. */
export const createLog = (level: string): Logger =>
  pino(
    {
      level,
      redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', 'headers.authorization'], censor: '(hidden)' },
    },
    pino.destination({ dest: 2, sync: true }),
  )
