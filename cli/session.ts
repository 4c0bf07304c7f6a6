import type { CommandAnswer } from '../gateway/answers.ts'
import type { Given } from './command.ts'
import { type Cortex, connectCortex } from './connect.ts'
import { Exit } from './fault.ts'
import type { Terminal } from './terminal.ts'

/** Does some work with the running system, which `--data` may name. Throws `CommandFault` with exit 3 when there is none. */
export const withCortex = async <T>(given: Given, work: (cortex: Cortex) => Promise<T>): Promise<T> => {
  await using cortex = await connectCortex({ data: given.value('data'), cwd: process.cwd(), channel: 'cli' })
  return await work(cortex)
}

/** Sends a command about the task that was named and says in words what came of it. */
export const commandTask = (
  given: Given,
  terminal: Terminal,
  send: (cortex: Cortex, id: string | undefined) => Promise<CommandAnswer>,
  done: (id: string) => string,
): Promise<number> =>
  withCortex(given, async (cortex) => {
    const answer = await send(cortex, given.words[0])
    terminal.result(answer, outcomeText(answer, done(answer.id)))
    return Exit.done
  })

export const outcomeText = ({ id, outcome }: CommandAnswer, done: string): string => {
  if (outcome === 'pending') return `${id}: stored, and not decided yet; "cortex status ${id}" will tell`
  return outcome === 'request.repeated' ? `${id}: that was so already` : done
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
