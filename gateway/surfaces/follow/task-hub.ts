import { addFact, emptyStory } from '../../../bus/story.ts'
import type { Fact } from '../../../domain/fact.ts'
import { statusOf } from '../../../domain/phases.ts'
import type { Task } from '../../../domain/task.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { commentText, eventText } from '../../http/event-stream.ts'
import { joinLines, type LiveLine, liveOutput } from './live-output.ts'
import { keepRecent } from './recent.ts'

/** Something to tell: encoded once for all listeners. What is absent is not for listeners of that kind. */
export interface Told {
  /** For who wants every fact. */
  readonly events?: Uint8Array
  /** For who waits for the result. */
  readonly stream?: Uint8Array
}
export type Feed = keyof Told

/** All that this process tells about one task, for however many listeners. */
export interface TaskHub {
  readonly id: string
  /** Facts after that sequence, oldest first. */
  factsAfter(sequence: number): readonly Told[]
  /** The sequence of the fact that ended the task; undefined while it is open. */
  endedAt(): number | undefined
  /** What was said last by those at work. */
  replay(): Uint8Array
  /** The place of the next thing to be told. */
  readonly end: () => number
  /** What was told from that place on; undefined for who is too far behind. */
  since(place: number): readonly Told[] | undefined
  /** Resolves when there is something new, or the hub closes. */
  changed(): Promise<void>
  readonly isClosed: () => boolean
  /** The result as it is told at the end, made once for all. */
  result(make: (endedAt: number) => Promise<Uint8Array>): Promise<Uint8Array>
}

/** The hub's other side: what comes in. */
export interface HubInput {
  /** The past. Until it is there everything else is held. */
  load(facts: readonly Fact[], lines: readonly LiveLine[]): void
  fact(fact: Fact): void
  line(line: LiveLine): void
  comment(words: string): void
  close(): void
}

/** Listeners that are further behind than this come again. */
const RECENT = { entries: 2000, bytes: 1024 * 1024 }

/** An empty hub; pure but for its memory. */
export const taskHub = (id: string): TaskHub & HubInput => {
  const past = hubStory(id)
  const output = liveOutput()
  const recent = keepRecent<Told>(RECENT)
  let early: { readonly facts: Fact[]; readonly lines: LiveLine[] } | undefined = { facts: [], lines: [] }
  let replay: Uint8Array | undefined
  let closed = false
  let next = Promise.withResolvers<void>()
  const wake = (): void => {
    const { resolve } = next
    next = Promise.withResolvers()
    resolve()
  }
  const tell = (told: Told): void => {
    recent.add(told, (told.events ?? told.stream)?.length ?? 0)
    wake()
  }
  const fact = (one: Fact): void => {
    if (early) return void early.facts.push(one)
    const told = past.take(one)
    if (told) tell(told)
  }
  const line = (one: LiveLine): void => {
    if (early) return void early.lines.push(one)
    const said = output.take(one)
    if (!said) return
    replay = undefined
    const text = eventText({ event: 'output', data: said })
    tell({ events: text, stream: text })
  }
  const close = (): void => {
    closed = true
    wake()
  }
  return {
    ...{ id, fact, line, close },
    ...{ factsAfter: past.after, endedAt: past.endedAt, result: past.result },
    load: (facts, lines) => {
      const held = early ?? { facts: [], lines: [] }
      early = undefined
      for (const one of [...facts, ...held.facts]) past.take(one)
      for (const one of joinLines(lines, held.lines)) output.take(one)
    },
    comment: (words) => {
      const text = commentText(words)
      tell({ events: text, stream: text })
    },
    replay: () => (replay ??= Buffer.concat(output.replay().map((data) => eventText({ event: 'output', data })))),
    end: recent.end,
    since: recent.since,
    changed: () => (closed ? Promise.resolve() : next.promise),
    isClosed: () => closed,
  }
}

/** The facts of a task, told and folded. */
const hubStory = (id: string) => {
  const story = emptyStory(taskStory, id)
  const facts: (Told & { readonly sequence: number })[] = []
  let endedAt: number | undefined
  let result: Promise<Uint8Array> | undefined
  const take = (fact: Fact): Told | undefined => {
    const before = story.state
    if (!addFact(taskStory, story, fact)) return undefined
    const task = story.state
    if (!task.end || !before.end) {
      endedAt = task.end && fact.sequence
      result = undefined
    }
    const events = eventText({ id: fact.sequence, event: fact.type, data: fact })
    if (facts.length > 0 && before.phase === task.phase) return remember(fact.sequence, { events })
    // The end's place is told with the result: who loses the line between the two must not miss that.
    const stream = eventText({ ...(task.end ? {} : { id: fact.sequence }), event: 'status', data: stateOf(task) })
    return remember(fact.sequence, { events, stream })
  }
  const remember = (sequence: number, told: Told): Told => {
    facts.push({ sequence, ...told })
    return told
  }
  return {
    take,
    after: (sequence: number): readonly Told[] => facts.filter((fact) => fact.sequence > sequence),
    endedAt: () => endedAt,
    result: async (make: (endedAt: number) => Promise<Uint8Array>): Promise<Uint8Array> => {
      const mine = result ?? make(endedAt ?? 0)
      result = mine
      // What failed for one may work for the next.
      mine.catch(() => {
        if (result === mine) result = undefined
      })
      return mine
    },
  }
}

const stateOf = (task: Task) => ({
  task_id: task.id,
  status: statusOf(task.phase),
  phase: task.phase,
  at: task.updatedAt,
  ...(task.waitingFor.length > 0 ? { waiting_for: task.waitingFor } : {}),
  ...(task.end ? { reason: task.end.reason } : {}),
})
