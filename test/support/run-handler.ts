import { pino } from 'pino'
import { BlobRef } from '../../bus/blobs.ts'
import type { AnyFunction, DoorRequest, NewEvent } from '../../bus/define-function.ts'
import { StoryEnded } from '../../bus/errors.ts'
import { catalogue, type EventType } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Task } from '../../domain/task.ts'
import type { HandlerNeeds } from './given.ts'
import { memoryBlobs } from './memory-blobs.ts'
import { lastSequenceOf, openTasksOf, parsed, taskOf } from './stories.ts'
import { stubServices } from './stubs.ts'

/** What a run of a handler left: every event's data as the catalogue parsed it. */
export interface Outcome {
  readonly events: readonly NewEvent[]
  readonly records: readonly NewEvent[]
  /** Lines of live output, `<stream>: <line>`. */
  readonly lines: readonly string[]
  /** The text of the blob that a member of the first event's data refers to. */
  textOf(member: string): Promise<string>
}

/** What wakes the handler, and all facts up to it. */
export interface Woken {
  readonly facts: readonly Fact[]
  readonly event?: Fact
  readonly request?: DoorRequest
}

const MAX_BODY = 64 * 1024
const quiet = pino({ level: 'silent' })

/** Runs a function's real handler as the runtime would, with stubs for the world. Throws what the handler throws. */
export const runHandler = async (fn: AnyFunction, woken: Woken, needs: HandlerNeeds): Promise<Outcome> => {
  const { event } = woken
  if (event && !fn.on?.includes(event.type)) throw new Error(`this function does not listen to ${event.type}, but to ${fn.on?.join(', ')}`)
  const records: NewEvent[] = []
  const lines: string[] = []
  const blobs = needs.blobs ?? memoryBlobs()
  const context = {
    ...readersOf(fn, woken),
    ...(event ? { event } : { request: woken.request }),
    say: (type: string, data: unknown, to: object = {}): NewEvent => ({ type, data, ...to }),
    later: (at: Date, type: string, data: unknown): NewEvent => ({ type, data, at: at.toISOString() }),
    record: async (type: string, data: unknown, to: { id?: string; guard?: NewEvent['guard'] } = {}) => {
      records.push(checked({ type, data, ...to }, fn.records))
    },
    blobs,
    services: stubServices(needs.services ?? {}),
    log: quiet,
    now: () => new Date(needs.now ?? event?.time ?? '2026-01-01T12:00:00.000Z'),
    signal: needs.signal ?? new AbortController().signal,
    attempt: 1,
    conflicts: needs.conflicts ?? 0,
    live: (stream: string, line: string) => void lines.push(`${stream}: ${line}`),
  }
  // The declaration fixed what the handler takes; here the types of all functions meet.
  const events = await fn.handler(context as never)
  const returned = events.map((one) => checked(one, fn.emits))
  const textOf = (member: string): Promise<string> =>
    blobs.text(BlobRef.parse(new Map(Object.entries(returned[0]?.data ?? {})).get(member)))
  return { events: returned, records, lines, textOf }
}

/** What the handler may read of the stream: the stories up to the fact that woke it. */
const readersOf = (fn: AnyFunction, { facts, event }: Woken) => ({
  state: async (id = event?.subject ?? ''): Promise<Task> => {
    const task = taskOf(facts, id)
    if (id === event?.subject && task.end && !fn.afterEnd) throw new StoryEnded(`${id} is ${task.phase}`)
    return task
  },
  history: async (id = event?.subject ?? '') => facts.filter(({ subject }) => subject === id),
  latest: async (type: string, id: string) => facts.findLast((fact) => fact.type === type && fact.subject === id),
  openStates: async () => openTasksOf(facts),
  lastSequence: async (filter: string) => lastSequenceOf(facts, filter),
})

const isEventType = (type: string): type is EventType => Object.hasOwn(catalogue, type)

/** An event the runtime would store: declared, in the catalogue, with data its schema takes, small enough. */
const checked = (event: NewEvent, declared: readonly string[] = []): NewEvent => {
  if (!declared.includes(event.type))
    throw new Error(`the function may not emit ${event.type}: it declares ${declared.join(', ') || 'nothing'}`)
  if (!isEventType(event.type)) throw new Error(`${event.type} is not in the catalogue`)
  const data = parsed(event.type, event.data)
  const size = JSON.stringify(data).length
  if (size > MAX_BODY) throw new Error(`${event.type} has ${size} bytes; more than ${MAX_BODY} belong in a blob`)
  return { ...event, data }
}
