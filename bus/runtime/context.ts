import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Blobs } from '../blobs.ts'
import type { Catalogue } from '../define-event.ts'
import type { AnyFunction, Guard, NewEvent } from '../define-function.ts'
import { encode, eventId, type FactOf, type Outgoing } from '../envelope.ts'
import { messageOf, NotRetryable, StaleGuard, StoryEnded } from '../errors.ts'
import type { Folds } from '../folds.ts'
import type { Connection } from '../jetstream/connect.ts'
import { type Append, DuplicateInBatch, store } from '../jetstream/publish.ts'
import { lastSequence } from '../jetstream/read.ts'
import type { StoryModel, StoryState } from '../story-model.ts'
import { liveSubject, scheduleSubject, storyFilter } from '../subjects.ts'

/** Everything the runtime was started with. */
export interface RuntimeParts<C extends Catalogue, T extends StoryState, Services> {
  readonly catalogue: C
  readonly model: StoryModel<T>
  readonly connection: Connection
  readonly folds: Folds<C, T>
  readonly blobs: Blobs
  readonly services: Services
  readonly log: Logger
  readonly now: () => Date
}

/** What a delivery is about: the cause of all that comes of it. */
export interface Cause {
  /** Goes into the ids of everything that comes of it. */
  readonly id: string
  /** The story it belongs to; undefined at the door. */
  readonly subject?: string
  /** Sequence of EVENTS the folds must have passed; 0 at the door. */
  readonly sequence: number
  /** Of a timer: the sequence of the fact that set it. */
  readonly decidedAt?: number
  readonly hops: number
  readonly traceparent?: string
}

/** One run of a handler: what it read, so that the answers can be guarded by it. */
export interface Run {
  readonly name: string
  readonly fn: AnyFunction
  readonly cause: Cause
  readonly signal: AbortSignal
  readonly attempt: number
  /** How often an answer came too late because somebody else wrote first. */
  readonly conflicts: number
  /** Sequence of the cause's story when the handler read it. */
  readAt?: number
}

/** Facts of one story that may follow from each other; what goes further is a loop. */
export const MAX_HOPS = 500

const MAX_BODY = 64 * 1024

/** What the server takes as one atomic batch. */
const MAX_BATCH = 1000

/**
 * Encodes what a handler returned and stores it, several events as one atomic batch; more than 1,000 go in parts, and who is
 * killed between two of them decides anew by what is stored. Throws `StaleGuard` when others wrote first.
 */
export const answer = async <C extends Catalogue, T extends StoryState, S>(
  s: RuntimeParts<C, T, S>,
  run: Run,
  events: readonly NewEvent[],
): Promise<void> => {
  if (events.length === 0) return
  const messages = events.map((event, index) => toAppend(s, run, event, index))
  const first = messages.findIndex((message) => message.guard)
  // The server looks at a batch's guards before anything of it is stored, so the guarded one may stand first.
  if (first > 0) messages.unshift(...messages.splice(first, 1))
  for (let at = 0; at < messages.length; at += MAX_BATCH) await append(s, run, messages.slice(at, at + MAX_BATCH))
}

/** Stores, and takes a refusal for success when the story shows that these very events are there. */
const append = async <C extends Catalogue, T extends StoryState, S>(
  s: RuntimeParts<C, T, S>,
  run: Run,
  messages: readonly (Append & { owner: string })[],
): Promise<void> => {
  try {
    await store(s.connection, messages, run.signal)
  } catch (error) {
    if (!(error instanceof StaleGuard || error instanceof DuplicateInBatch)) throw error
    const story = await s.folds.coldStory(messages[0]!.owner)
    if (story.ids.has(messages[0]!.headers['ce-id']!)) return
    await s.folds.story(messages[0]!.owner, story.state.sequence)
    throw error instanceof StaleGuard ? error : new StaleGuard(error.message, { cause: error })
  }
}

const toAppend = <C extends Catalogue, T extends StoryState, S>(
  s: RuntimeParts<C, T, S>,
  run: Run,
  event: NewEvent,
  index: number | string,
): Append & { owner: string } => {
  const declared = typeof index === 'string' ? run.fn.records : run.fn.emits
  if (!declared?.includes(event.type)) throw new Error(`${run.name} may not emit ${event.type}: it is not declared`)
  const owner = event.id ?? run.cause.subject
  if (!owner) throw new Error(`${run.name} must name the story of ${event.type}`)
  const id = eventId(run.cause.id, run.name, owner === run.cause.subject ? index : `${index} ${owner}`)
  const outgoing = {
    id,
    type: event.type,
    subject: owner,
    source: run.name,
    time: event.at ?? s.now().toISOString(),
    causedBy: run.cause.id,
    // What starts in another story is a beginning there: a queue in which each end starts the next story is no loop.
    hops: owner === run.cause.subject ? run.cause.hops + 1 : 1,
    data: event.data,
    ...(event.at ? { decidedAt: run.cause.decidedAt ?? run.cause.sequence } : {}),
    traceparent: run.cause.traceparent,
  }
  const wire = encoded(s, outgoing)
  const base = { headers: wire.headers, body: wire.body, messageId: id, owner }
  if (event.at) {
    const headers = { ...wire.headers, 'Nats-Schedule': `@at ${event.at}`, 'Nats-Schedule-Target': wire.subject }
    return { ...base, headers, subject: scheduleSubject(run.name, owner, id) }
  }
  return { ...base, subject: wire.subject, guard: event.guard ?? ownGuard(run, owner) }
}

/** What cannot be stored now can never be: trying again would hold up an ordered function for ever. */
const encoded = (
  { catalogue, connection }: { readonly catalogue: Catalogue; readonly connection: Pick<Connection, 'seal'> },
  outgoing: Outgoing,
): ReturnType<typeof encode> => {
  let wire: ReturnType<typeof encode>
  try {
    wire = encode(catalogue, outgoing, connection.seal)
  } catch (error) {
    throw new NotRetryable(`${outgoing.type} cannot be stored: ${messageOf(error)}`, { cause: error })
  }
  const bytes = Buffer.byteLength(wire.body)
  if (bytes > MAX_BODY) throw new NotRetryable(`${outgoing.type} has ${bytes} bytes; more than ${MAX_BODY} belong in a blob`)
  return wire
}

const ownGuard = (run: Run, owner: string): Guard | undefined =>
  run.fn.guard && run.readAt !== undefined && owner === run.cause.subject ? { filter: storyFilter(owner), sequence: run.readAt } : undefined

/** Throws `StoryEnded` when the story has ended, or was begun anew after the cause: then this belongs to a run that is over. */
export const throwIfOver = ({ id, phase, runSince, end }: StoryState, cause: Cause): void => {
  if (end) throw new StoryEnded(`${id} is ${phase}`)
  if ((cause.decidedAt ?? cause.sequence) < runSince) throw new StoryEnded(`${id} was begun anew meanwhile`)
}

/** Tells records of one cause apart, also over several runs of the handler: the same again is the same record. */
const recordKey = (type: string, data: unknown): string =>
  `record ${type} ${createHash('sha256').update(JSON.stringify(data)).digest('hex')}`

/** The handler's argument. Types are the declaration's business; here everything is what the runtime knows. */
export const contextOf = <C extends Catalogue, T extends StoryState, S>(
  s: RuntimeParts<C, T, S>,
  run: Run,
  subject: { event: FactOf<C> } | { request: unknown },
  log: () => Logger,
) => {
  const say = (type: string, data: unknown, to: { id?: string; guard?: Guard } = {}): NewEvent => ({ type, data, ...to })
  const state = async (id = run.cause.subject ?? ''): Promise<T> => {
    const story = await s.folds.story(id, run.cause.sequence)
    if (id === run.cause.subject) run.readAt = story.state.sequence
    if (id === run.cause.subject && !run.fn.afterEnd) throwIfOver(story.state, run.cause)
    return story.state
  }
  return {
    ...subject,
    state,
    openStates: () => s.folds.openStates(run.cause.sequence),
    lastSequence: async (filter: string) => {
      const sequence = await lastSequence(s.connection, filter)
      await s.folds.openStates(sequence)
      return sequence
    },
    say,
    later: (at: Date, type: string, data: unknown): NewEvent => ({ type, data, at: at.toISOString() }),
    record: (type: string, data: unknown, to: { id?: string; guard?: Guard } = {}) =>
      append(s, run, [toAppend(s, run, { type, data, ...to }, recordKey(type, data))]),
    history: (id = run.cause.subject ?? '') => s.folds.facts(id),
    latest: (type: string, id: string) => s.folds.latest(type, id),
    blobs: s.blobs,
    services: s.services,
    get log() {
      return log()
    },
    now: s.now,
    signal: run.signal,
    attempt: run.attempt,
    conflicts: run.conflicts,
    live: (stream: string, line: string) => {
      const { nc } = s.connection
      // What is said while we stop is for nobody any more.
      if (run.cause.subject && !nc.isClosed() && !nc.isDraining())
        nc.publish(liveSubject(run.cause.subject, run.name, stream), line.slice(0, 4000))
    },
  }
}
