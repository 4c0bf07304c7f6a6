import { decode, type FactOf, type Stored } from '../../bus/envelope.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import {
  type FunctionLook,
  lastUnderSubject,
  lookAtFunction,
  lookAtFunctions,
  oldestUnanswered,
  pauseFunction,
  resumeFunction,
} from '../../bus/jetstream/consumers.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { Streams } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import type { TaskFolds } from '../../domain/task-story.ts'

/** Who wanted a function to stand still, since when, until when (ISO 8601) and why. */
export interface Pause {
  readonly fn: string
  readonly by: string
  readonly channel: string
  readonly reason: string
  readonly since: string
  readonly until: string
}

/** The functions as the bus has them, and how they are paused. Throws what the bus does while it is away. */
export interface FunctionControl {
  look(): Promise<readonly (FunctionLook & { readonly oldestAt?: string; readonly pause?: Pause })[]>
  /** One function; undefined when there is none of this name. */
  find(name: string): Promise<FunctionLook | undefined>
  /** Takes effect at once for what was not delivered yet. */
  pause(name: string, until: Date): Promise<void>
  resume(name: string): Promise<void>
  /** The pauses in force; `holds` says that a message of this story waits for the function. */
  pausesAround(id: string): Promise<readonly (Pause & { readonly holds: boolean })[]>
}

/** Whether a function stands still is the bus's word, and who wanted it the facts'. */
export const functionControl = (connection: Connection, folds: Pick<TaskFolds, 'onFact'>): FunctionControl => {
  const pauses = followPauses(connection, folds)
  const lookWhole = async (look: FunctionLook) => {
    const [oldestAt, all] = await Promise.all([oldestUnanswered(connection, look), pauses()])
    const asked = all.get(look.name)
    const pause = asked && isInForce(asked, look) ? asked : undefined
    return { ...look, ...(oldestAt ? { oldestAt } : {}), ...(pause ? { pause } : {}) }
  }
  const found = async (name: string): Promise<FunctionLook> => {
    const look = await lookAtFunction(connection, name)
    if (!look) throw new Error(`no function has the name ${name}`)
    return look
  }
  const around = async (pause: Pause, id: string) => {
    const look = await lookAtFunction(connection, pause.fn)
    return look && isInForce(pause, look) ? [{ ...pause, holds: await holds(connection, look, id) }] : []
  }
  return {
    look: async () => Promise.all((await lookAtFunctions(connection)).map(lookWhole)),
    find: (name) => lookAtFunction(connection, name),
    pause: async (name, until) => pauseFunction(connection, await found(name), until),
    resume: async (name) => resumeFunction(connection, await found(name)),
    pausesAround: async (id) => (await Promise.all([...(await pauses()).values()].map((pause) => around(pause, id)))).flat(),
  }
}

/** Whether it is this pause that the bus keeps: another end is another's, such as one of the nats command line. */
const isInForce = ({ until }: Pause, { pausedUntil }: FunctionLook): boolean =>
  pausedUntil !== undefined && Date.parse(pausedUntil) === Date.parse(until)

/** Whether a message of this story was not delivered to the function yet. */
const holds = async (connection: Connection, { stream, filters, delivered }: FunctionLook, id: string): Promise<boolean> => {
  if (stream !== Streams.events) return false
  const subjects = filters.map((filter) => (filter.startsWith('retry.') ? filter.replace(/>$/, `${id}.*`) : filter.replace(/\*$/, id)))
  const last = await Promise.all(subjects.map((subject) => lastUnderSubject(connection, stream, subject)))
  return Math.max(0, ...last) > delivered
}

/** The pauses that nobody took back and that have not run out. The first call reads those of before; the tail tells the rest. */
const followPauses = (connection: Connection, folds: Pick<TaskFolds, 'onFact'>): (() => Promise<ReadonlyMap<string, Pause>>) => {
  const heard = new Map<string, Pause | undefined>()
  folds.onFact((fact) => {
    const change = changeIn(fact)
    if (change) heard.set(change.fn, change.pause)
  })
  let before: Promise<ReadonlyMap<string, Pause | undefined>> | undefined
  const read = async (): Promise<ReadonlyMap<string, Pause | undefined>> => {
    const messages = await readAll(connection, Streams.events, SUBJECTS, { lastPerSubject: true })
    return new Map(
      messages
        .flatMap(factIn)
        .flatMap((fact) => changeIn(fact) ?? [])
        .map(({ fn, pause }) => [fn, pause]),
    )
  }
  return async () => {
    before ??= read().catch((error) => {
      before = undefined
      throw error
    })
    const all = new Map([...(await before), ...heard])
    return new Map([...all].flatMap(([fn, pause]) => (pause && Date.parse(pause.until) > Date.now() ? [[fn, pause] as const] : [])))
  }
}

const SUBJECTS = ['function.paused.*', 'function.resumed.*']

const factIn = (message: Stored): FactOf<typeof catalogue>[] => {
  const decoded = decode(catalogue, message)
  return decoded.kind === 'fact' ? [decoded.fact] : []
}

const changeIn = (fact: FactOf<typeof catalogue>): { fn: string; pause: Pause | undefined } | undefined => {
  // The catalogue is the product's own, so its facts are `Fact`s: the union spelled out.
  const { type, subject: fn, time, data } = fact as Fact
  if (type === 'function.paused') return { fn, pause: { fn, since: time, ...data } }
  return type === 'function.resumed' ? { fn, pause: undefined } : undefined
}
