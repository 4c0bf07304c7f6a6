import type { Fact } from '../../../domain/fact.ts'
import type { LiveLine } from './live-output.ts'
import { type HubInput, type TaskHub, taskHub } from './task-hub.ts'

/** Where a hub's news come from. */
export interface FollowSources {
  /** Is called once; the listener hears every fact of every story from then on. */
  onFact(listener: (fact: Fact) => void): void
  /** Every fact of a story as of now, oldest first. */
  facts(id: string): Promise<readonly Fact[]>
  /** Live output of the last minutes, oldest first. */
  lines(id: string): Promise<readonly LiveLine[]>
  /** Live output from now on, until the returned function is called. */
  listen(id: string, onLine: (line: LiveLine) => void): () => void
}

/** One listener's hold on a task. */
export interface Following {
  readonly hub: TaskHub
  /** Without any listener left the hub is given up. */
  leave(): void
}

/** Follows tasks for those who listen: what happens is read once, however many they are. */
export interface TaskFollower {
  /** The hub of a task that exists. Throws when the bus does not answer. */
  follow(id: string): Promise<Following>
  /** Ends every listener's stream; they come again, here or elsewhere. */
  stop(): void
}

interface Entry {
  readonly hub: TaskHub & HubInput
  readonly loaded: Promise<void>
  readonly stop: () => void
  listeners: number
}

/** A sign of life, so that nothing between takes silence for an end. */
const KEEP_ALIVE_MS = 15_000

/** One for a process. */
export const followTasks = (sources: FollowSources, { keepAliveMs = KEEP_ALIVE_MS } = {}): TaskFollower => {
  const entries = new Map<string, Entry>()
  sources.onFact((fact) => entries.get(fact.subject)?.hub.fact(fact))
  const drop = (id: string, entry: Entry): void => {
    if (entry.hub.isClosed()) return
    if (entries.get(id) === entry) entries.delete(id)
    entry.stop()
    entry.hub.close()
  }
  const open = (id: string): Entry => {
    const hub = taskHub(id)
    // Listening begins before reading, so that nothing falls between.
    const deafen = sources.listen(id, hub.line)
    const alive = setInterval(() => hub.comment('still here'), keepAliveMs)
    const stop = (): void => {
      clearInterval(alive)
      deafen()
    }
    const loaded = Promise.all([sources.facts(id), sources.lines(id)]).then(([facts, lines]) => hub.load(facts, lines))
    const entry: Entry = { hub, loaded, stop, listeners: 0 }
    entries.set(id, entry)
    loaded.catch(() => drop(id, entry)) // whoever follows has the error
    return entry
  }
  return {
    follow: async (id) => {
      const entry = entries.get(id) ?? open(id)
      entry.listeners++
      let left = false
      const leave = (): void => {
        if (left) return
        left = true
        entry.listeners--
        if (entry.listeners === 0) drop(id, entry)
      }
      try {
        await entry.loaded
      } catch (error) {
        leave()
        throw error
      }
      return { hub: entry.hub, leave }
    },
    stop: () => {
      for (const [id, entry] of [...entries]) drop(id, entry)
    },
  }
}
