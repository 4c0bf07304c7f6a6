import assert from 'node:assert/strict'
import type { Blobs } from '../../bus/blobs.ts'
import type { AnyFunction, DoorRequest, NewEvent } from '../../bus/define-function.ts'
import { StoryEnded } from '../../bus/errors.ts'
import type { DataOf, EventType } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import { type Facts, fact as factOfType, type Given, type InputOf } from './facts.ts'
import { type Outcome, runHandler } from './run-handler.ts'
import { assertShape, type Pattern } from './shape.ts'
import { factsOf, taskOf } from './stories.ts'
import type { Stubs } from './stubs.ts'

/** What surrounds a handler in a test. What is not named here cannot be used by it. */
export interface HandlerNeeds {
  readonly services?: Stubs
  readonly blobs?: Blobs
  /** ISO 8601; default: the time of the fact that wakes the function. */
  readonly now?: string
  /** How often somebody else wrote first. */
  readonly conflicts?: number
  readonly signal?: AbortSignal
}

/** An event that is expected, by its type and the members of its data that matter. */
export type Expected = {
  readonly [T in EventType]: readonly [type: T, data?: Pattern<DataOf<T>>, place?: Pattern<Pick<NewEvent, 'id' | 'at' | 'guard'>>]
}[EventType]

/** What came of it. Each method runs the handler if it has not run, and fails in words. */
export interface Result {
  /** One event and no other. */
  then<T extends EventType>(type: T, data?: Pattern<DataOf<T>>, place?: Pattern<Pick<NewEvent, 'id' | 'at' | 'guard'>>): Promise<void>
  /** These events in this order and no others. */
  thenAll(...expected: Expected[]): Promise<void>
  thenNothing(): Promise<void>
  /** These facts stored on the way. */
  thenRecords(...expected: Expected[]): Promise<void>
  /** At the door: refused, with all of these faults and no others. */
  thenRefused(...faults: (string | RegExp)[]): Promise<void>
  /** The task had ended: there is nothing to do. */
  thenEnded(): Promise<void>
  thenThrows(error: RegExp | (new (...args: never[]) => Error)): Promise<void>
  outcome(): Promise<Outcome>
}

interface Of {
  /** The function, or the module that exports it. */
  of(fn: AnyFunction): Result
}
interface Scene {
  /** The fact that wakes the function; it is the last one of the story. */
  when<T extends EventType>(fact: Given<T>, needs?: HandlerNeeds): Of
  when<T extends EventType>(type: T, data: InputOf<T>, needs?: HandlerNeeds): Of
  /** What comes to the door: its open subject, unless `open: false`. A body that is no text is sent as JSON. */
  whenAsked(type: string, body: unknown, request?: Partial<DoorRequest> & HandlerNeeds): Of
  /** The task as these facts make it. */
  task(id?: string): Task
}

/** The first words of every test of a rule: what has happened so far. */
export const given = (...before: Facts): Scene => ({
  when: <T extends EventType>(first: T | Given<T>, second?: InputOf<T> | HandlerNeeds, third?: HandlerNeeds): Of => {
    // The overloads above say what goes with what.
    const [fact, needs] =
      typeof first === 'string' ? [factOfType(first, second as InputOf<T>), third] : [first, second as HandlerNeeds | undefined]
    const facts = factsOf([...before, fact])
    return { of: (fn) => resultOf(fn, () => runHandler(fn, { facts, event: facts.at(-1) }, needs ?? {})) }
  },
  whenAsked: (type, body, { services, blobs, now, conflicts, ...request } = {}) => ({
    of: (fn) => {
      const asked = requestOf(type, body, request)
      return resultOf(fn, () => runHandler(fn, { facts: factsOf(before), request: asked }, { services, blobs, now, conflicts }))
    },
  }),
  task: (id = 'task-1') => taskOf(factsOf(before), id),
})

const requestOf = (type: string, body: unknown, more: Partial<DoorRequest>): DoorRequest => ({
  type,
  open: true,
  subject: more.open === false ? `door.${type}` : type,
  sequence: 7,
  time: '2026-01-01T12:00:00.000Z',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
})

const resultOf = (fn: AnyFunction, run: () => Promise<Outcome>): Result => {
  let running: Promise<Outcome> | undefined
  const outcome = (): Promise<Outcome> => (running ??= run())
  const expect = async (expected: readonly Expected[], of: 'events' | 'records'): Promise<void> => {
    const done = await outcome()
    assert.deepEqual(
      done[of].map(({ type }) => type),
      expected.map(([type]) => type),
      wordsFor(done[of], expected),
    )
    for (const [index, [type, data, place]] of expected.entries()) {
      if (data) assertShape(done[of][index]?.data, data)
      if (place) assertShape(done[of][index], { type, ...place })
    }
  }
  return {
    // biome-ignore lint/suspicious/noThenProperty: given/when/then is how these tests read; it is called with an event's name only.
    then: (type, data, place) => {
      if (typeof type !== 'string')
        throw new Error(`say what is expected of ${fn.on?.join(', ') ?? 'the door'}: .then(...), .thenNothing(), ...`)
      return expect([[type, data, place] as unknown as Expected], 'events')
    },
    thenAll: (...expected) => expect(expected, 'events'),
    thenNothing: () => expect([], 'events'),
    thenRecords: (...expected) => expect(expected, 'records'),
    thenRefused: (...faults) => expect([['request.refused', { faults }]], 'events'),
    thenEnded: () => assert.rejects(outcome(), StoryEnded),
    thenThrows: (error) => assert.rejects(outcome(), error),
    outcome,
  }
}

const wordsFor = (seen: readonly NewEvent[], expected: readonly Expected[]): string => {
  const reasons = seen.map(({ type, data }) => `${type} ${JSON.stringify(data).slice(0, 300)}`)
  return `expected ${expected.map(([type]) => type).join(', ') || 'nothing'}; seen: ${reasons.join('; ') || 'nothing'}`
}
