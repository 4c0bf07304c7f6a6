import type { z } from 'zod'
import { CommandAnswer } from '../gateway/answers.ts'
import type { Given } from './command.ts'
import { type Cortex, connectCortex } from './connect.ts'
import { Exit } from './fault.ts'
import type { Terminal } from './terminal.ts'

/** Does some work with the running system, which `--data` may name. Throws `CommandFault` with exit 3 when there is none. */
export const withCortex = async <T>(given: Given, work: (cortex: Cortex) => Promise<T>): Promise<T> => {
  await using cortex = await connectCortex({ data: given.value('data'), cwd: process.cwd(), channel: 'cli' })
  return await work(cortex)
}

/** Sends a command about a task and says in words what came of it. */
export const commandTask = (
  given: Given,
  terminal: Terminal,
  subject: string,
  body: Readonly<Record<string, unknown>>,
  done: (id: string) => string,
): Promise<number> =>
  withCortex(given, async (cortex) => {
    const answer = await cortex.ask(subject, { ...body, id: given.words[0] }, CommandAnswer)
    terminal.result(answer, outcomeText(answer, done(answer.id)))
    return Exit.done
  })

export const outcomeText = ({ id, outcome }: CommandAnswer, done: string): string => {
  if (outcome === 'pending') return `${id}: stored, and not decided yet; "cortex status ${id}" will tell`
  return outcome === 'request.repeated' ? `${id}: that was so already` : done
}

/** A text that comes in pieces, as a whole, with the answer of the first piece. */
export const wholeText = async <Answer extends z.ZodType<{ text: string; next?: number | undefined }>>(
  cortex: Cortex,
  subject: string,
  input: object,
  schema: Answer,
): Promise<{ first: z.output<Answer>; text: string }> => {
  const first = await cortex.ask(subject, input, schema)
  const pieces = [first.text]
  for (let { next } = first; next !== undefined; ) {
    const piece: z.output<Answer> = await cortex.ask(subject, { ...input, offset: next }, schema)
    pieces.push(piece.text)
    next = piece.next
  }
  return { first, text: pieces.join('') }
}

/** Runs some work that Ctrl-C or SIGTERM asks to stop by the signal; a second Ctrl-C ends the process at once. */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stopping = new AbortController()
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(Exit.interrupted)
    stopping.abort(new Error('interrupted'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    return await work(stopping.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
