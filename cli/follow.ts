import { isEnded } from '../domain/phases.ts'
import type { StatusAnswer, StoryAnswer } from '../gateway/answers.ts'
import type { Cortex } from './connect.ts'
import { CommandFault, Exit } from './fault.ts'
import { cut, harmless, painter, storyLine } from './render.ts'
import type { Terminal } from './terminal.ts'

export type StoryEvents = StoryAnswer['events']

/** Reads a task's story on and on. */
export interface Follower {
  /** Goes on until the state is one that `enough` accepts and everything before it was told. Throws the signal's reason. */
  until(enough: (status: StatusAnswer) => boolean, signal: AbortSignal): Promise<StatusAnswer>
  stop(): void
}

/** Longest wait for one answer, in milliseconds; on a live terminal the state is asked for every second. */
const WAIT_MS = 20_000
const LIVE_MS = 1000
/** A system that is away for longer is given up. */
const PATIENCE_MS = 60_000

/** The system that was followed has stopped: nobody will answer until another one starts. */
export class SystemLeft extends Error {
  override readonly name = 'SystemLeft'
  /** Whether it was to run until somebody stops it. */
  readonly stays: boolean

  constructor(stays: boolean) {
    super('the Cortex that ran here has stopped')
    this.stays = stays
  }
}

/** Follows a task; `show` gets every event with the state after it. Where `left` says that the system stopped, it throws that. */
export const createFollower = (
  cortex: Cortex,
  id: string,
  terminal: Terminal,
  show: (event: StoryEvents[number], status: StatusAnswer) => void,
  left: () => SystemLeft | undefined = () => undefined,
): Follower => {
  let after = -1
  let line = ''
  const stopLive = terminal.live ? cortex.live(id, (fn, text) => (line = `${fn}: ${harmless(text)}`)) : () => undefined
  const draw = (status: StatusAnswer): void => {
    const text = `${terminal.told(status.why)}${line && !isEnded(status) ? ` | ${line}` : ''}`.replaceAll('\n', ' ')
    terminal.status(isEnded(status) ? '' : painter(terminal.colour)('dim', cut(text, terminal.columns - 1)))
  }
  return {
    until: async (enough, signal) => {
      let waitMs = 0
      for (;;) {
        const answer = await patiently(terminal, signal, left, () => cortex.ask('story', { id, after, waitMs }))
        after = answer.after
        if (answer.events.length > 0) line = ''
        for (const event of answer.events) show(event, answer.status)
        draw(answer.status)
        if (!answer.more && enough(answer.status)) return answer.status
        waitMs = answer.more ? 0 : terminal.live ? LIVE_MS : WAIT_MS
      }
    },
    stop: () => {
      terminal.status('')
      stopLive()
    },
  }
}

/** The bus may be away for a moment: asked again until it answers, the patience is over, or we are stopped. */
const patiently = async <T>(
  terminal: Terminal,
  signal: AbortSignal,
  left: () => SystemLeft | undefined,
  ask: () => Promise<T>,
): Promise<T> => {
  const end = Date.now() + PATIENCE_MS
  for (let told = false; ; told = true) {
    signal.throwIfAborted()
    try {
      return await orAborted(ask(), signal)
    } catch (error) {
      const away = error instanceof CommandFault && error.exit === Exit.noBus
      const gone = away ? left() : undefined
      if (gone) throw gone
      if (!away || Date.now() > end) throw error
      if (!told) terminal.warn('the bus is away; waiting for it')
      await orAborted(new Promise((resolve) => setTimeout(resolve, 300)), signal)
    }
  }
}

const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

/** Shows events as lines: elapsed since the task was created, name, meaning. */
export const asLines =
  (terminal: Pick<Terminal, 'json' | 'colour' | 'say' | 'told'>) =>
  (event: StoryEvents[number], status: Pick<StatusAnswer, 'created_at'>): void => {
    if (!terminal.json) terminal.say(terminal.told(storyLine(event, status.created_at, painter(terminal.colour))))
  }
