import { setTimeout } from 'node:timers/promises'
import type { CommandAnswer } from '../gateway/answers.ts'
import { hasStore, whyNoStore } from '../infra/app/system-file.ts'
import type { Given } from './command.ts'
import { type Cortex, findAddress, openCortex, type Place } from './connect.ts'
import { CommandFault, Exit } from './fault.ts'
import type { Terminal } from './terminal.ts'
import { dataDirFor } from './where.ts'

interface Working {
  /** Whether it means a system at work: nothing else can stand in for it. */
  readonly atWork?: boolean
}

/** For what asks or steers functions, which a stand-in has not. */
export const atWork: Working = { atWork: true }

/**
 * Does some work with the running system, which `--data` may name; where none runs, with one that answers from the store and takes
 * decisions for the moment. Throws `CommandFault` with exit 3 when nothing is stored either.
 */
export const withCortex = async <T>(
  given: Given,
  terminal: Pick<Terminal, 'warn' | 'typed'>,
  work: (cortex: Cortex) => Promise<T>,
  { atWork: must = false }: Working = {},
): Promise<T> => {
  const place: Place = { data: given.value('data'), cwd: process.cwd(), channel: 'cli' }
  for (const end = Date.now() + STARTING_MS; ; await setTimeout(LOOK_MS)) {
    const found = findAddress(place)
    if ('address' in found) {
      await using cortex = await openCortex(found.address, place.channel)
      return await work(cortex)
    }
    const dataDir = dataDirFor(place)
    if (must || dataDir === undefined || !hasStore(dataDir))
      throw new CommandFault(Exit.noBus, [(!must && dataDir !== undefined && whyNoStore(dataDir)) || found.why])
    const { standIn } = await import('./own-system.ts') // large, and seldom needed
    const opened = await standIn(dataDir, terminal).catch((error: Error) => error)
    // A system that takes the folder is found when it has started, and one that lets it go is soon away.
    if (opened instanceof Error && (opened.name !== 'DataInUse' || Date.now() > end)) throw opened
    if (opened instanceof Error) continue
    await using system = opened
    return await work(system.cortex)
  }
}

/** How long a system that is starting is waited for, and how often it is looked for. */
const STARTING_MS = 60_000
const LOOK_MS = 200

/** Sends a command about the task that was named and says in words what came of it. */
export const commandTask = (
  given: Given,
  terminal: Terminal,
  send: (cortex: Cortex, id: string | undefined) => Promise<CommandAnswer>,
  done: (id: string) => string,
): Promise<number> =>
  withCortex(given, terminal, async (cortex) => {
    const answer = await send(cortex, given.words[0])
    terminal.result(answer, terminal.typed(outcomeText(answer, done(answer.id))))
    return Exit.done
  })

export const outcomeText = ({ id, outcome }: CommandAnswer, done: string): string => {
  if (outcome === 'pending') return `${id}: stored, and not decided yet; "cortex status ${id}" will tell`
  return outcome === 'request.repeated' ? `${id}: that was so already` : done
}

/** A terminal sends Ctrl-C to every process of ours, and one that started us passes it on: within this time it is one. */
const ONE_INTERRUPT_MS = 1000

/** Runs some work that Ctrl-C or SIGTERM asks to stop by the signal; a second Ctrl-C ends the process at once. */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stopping = new AbortController()
  let first = 0
  const stop = (): void => {
    if (stopping.signal.aborted && performance.now() - first < ONE_INTERRUPT_MS) return
    if (stopping.signal.aborted) process.exit(Exit.interrupted)
    first = performance.now()
    stopping.abort(new Error('interrupted'))
  }
  const end = (): void => stopping.abort(new Error('ended'))
  process.on('SIGINT', stop)
  process.on('SIGTERM', end)
  try {
    return await work(stopping.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', end)
  }
}
