import { hash } from 'node:crypto'
import type { z } from 'zod'
import type { Catalogue } from './define-event.ts'
import { messageOf } from './errors.ts'
import { noted } from './noted-steps.ts'
import { SEAL, type Seal } from './seal.ts'
import { factSubject, isId } from './subjects.ts'

/** A fact as functions see it. `T` ranges over the event types of catalogue `C`. */
export interface FactOf<C extends Catalogue, T extends keyof C & string = keyof C & string> {
  /** `ce-id`: counts once, wherever it is stored. */
  readonly id: string
  readonly type: T
  /** Whose story it belongs to: the third token of its subject. */
  readonly subject: string
  /** The function that emitted it. */
  readonly source: string
  /** ISO 8601. */
  readonly time: string
  /** `ce-id` of the fact that led to it. */
  readonly causedBy: string
  readonly hops: number
  readonly data: z.output<C[T]['data']>
  /** Sequence in stream EVENTS. */
  readonly sequence: number
  /** Of a timer: the sequence of the fact that set it. */
  readonly decidedAt?: number
  /** Of the trace that it belongs to (W3C trace context). */
  readonly traceparent?: string
  /** Whether it bears this system's seal; absent where nobody looked. */
  readonly sealed?: boolean
}

/** A message on its way in or out, independent of any client library. */
export interface Wire {
  subject: string
  headers: Record<string, string>
  body: string
}
export interface Stored {
  subject: string
  header: (name: string) => string
  body: () => string
  sequence: number
  /** Time of storage, ISO 8601. */
  time: string
  /** The same in nanoseconds since 1970, as exactly as a number has them; absent where it was not delivered by a consumer. */
  stamp?: number
}

/** First 22 characters of base64url(sha256(cause, function, index)): the same decision has the same id for ever. */
export const eventId = (cause: string, fn: string, index: string | number): string =>
  hash('sha256', `${cause}\n${fn}\n${index}`, 'base64url').slice(0, 22)

/** Header of a timer: the sequence of the fact that set it. */
const DECIDED_AT = 'ce-decidedat'

export interface Outgoing {
  id: string
  type: string
  subject: string
  source: string
  time: string
  causedBy: string
  hops: number
  data: unknown
  /** Of a timer: the sequence of the fact that set it. */
  decidedAt?: number
  traceparent?: string
}

/** CloudEvents 1.0, NATS binding, binary mode, with the system's seal. Throws a ZodError when the data is not what the catalogue says. */
export const encode = (catalogue: Catalogue, event: Outgoing, seal?: Seal): Wire & { data: unknown } => {
  const definition = catalogue[event.type]
  if (!definition) throw new Error(`"${event.type}" is not in the catalogue`)
  if (!isId(event.subject)) throw new Error(`"${event.subject}" is no valid id for ${event.type}`)
  const data = definition.data.parse(noted(event.data))
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': event.id,
    'ce-type': event.type,
    'ce-source': event.source,
    'ce-subject': event.subject,
    'ce-time': event.time,
    'ce-causedby': event.causedBy,
    'ce-hops': String(event.hops),
    'ce-dataversion': String(definition.v),
  }
  if (event.decidedAt !== undefined) headers[DECIDED_AT] = String(event.decidedAt)
  const wire = { subject: factSubject(event.type, event.subject), headers, body: JSON.stringify(data) }
  if (seal) headers[SEAL] = seal.of(wire)
  if (event.traceparent) headers['traceparent'] = event.traceparent
  return { ...wire, data }
}

const FACT_NAMES = ['specversion', 'id', 'type', 'source', 'subject', 'time', 'causedby', 'hops', 'dataversion', 'decidedat', 'seal']

/** All headers that make a fact, its seal and a timer's mark with them, as a copy must have them. */
export const factHeaders = ({ header }: Pick<Stored, 'header'>): Record<string, string> =>
  Object.fromEntries(FACT_NAMES.map((name) => [`ce-${name}`, header(`ce-${name}`)]).filter(([, value]) => value))

export type Decoded<C extends Catalogue> =
  | { kind: 'fact'; fact: FactOf<C> }
  /** No fact of ours at all (forged, foreign): counted and ignored. */
  | { kind: 'foreign'; why: string }
  /** Says it is a fact and cannot be read: a dead letter. */
  | { kind: 'broken'; why: string }
  /** Written by a newer version of the system: wait for the upgrade. */
  | { kind: 'newer'; why: string }

/**
 * Takes a stored message for a fact only if its headers say exactly what its subject says and the server did not
 * put it there as an answer to a read (reply subjects escape permissions, so anybody can have answers stored). What counts only as
 * the system's own must bear its seal.
 */
export const decode = <C extends Catalogue>(catalogue: C, message: Stored, seal?: Seal): Decoded<C> => {
  const why = whyForeign(message)
  if (why) return { kind: 'foreign', why }
  const type = message.header('ce-type')
  const definition = catalogue[type]
  if (!definition) return { kind: 'newer', why: `this program knows no event "${type}"` }
  if (definition.sealed && seal?.isOn(message) === false) return { kind: 'foreign', why: 'it bears no seal of this system' }
  const version = Number(message.header('ce-dataversion') || '1')
  if (version > definition.v) return { kind: 'newer', why: `${type} has version ${version}, this program knows ${definition.v}` }
  try {
    let data: unknown = JSON.parse(message.body())
    for (let v = version; v < definition.v; v++) data = upcast(definition.upcast, v, data, type)
    const parsed = definition.data.safeParse(data)
    if (!parsed.success) return { kind: 'broken', why: `${type}: ${faultsOf(parsed.error).join('; ')}` }
    return { kind: 'fact', fact: factOf<C>(message, type, parsed.data) }
  } catch (error) {
    return { kind: 'broken', why: `${type}: ${messageOf(error)}` }
  }
}

/** Why a message is no fact of ours, by its subject and headers alone; undefined when it says it is one. */
export const whyForeign = (message: Pick<Stored, 'subject' | 'header'>): string | undefined => {
  const tokens = message.subject.split('.')
  if (tokens.length !== 3) return 'its subject has not three tokens'
  if (!message.header('ce-specversion')) return 'it has no CloudEvents headers'
  if (message.header('ce-type') !== `${tokens[0]}.${tokens[1]}`) return 'ce-type is not its subject'
  if (message.header('ce-subject') !== tokens[2]) return 'ce-subject is not its subject'
  if (message.header('Nats-Stream') || message.header('Nats-Sequence')) return "it is the server's answer to a read"
  if (!message.header('ce-id')) return 'it has no ce-id'
  return undefined
}

const upcast = (
  steps: Readonly<Record<number, (old: unknown) => unknown>> | undefined,
  from: number,
  data: unknown,
  type: string,
): unknown => {
  const step = steps?.[from]
  if (!step) throw new Error(`no upcast from version ${from} of ${type}`)
  return step(data)
}

const factOf = <C extends Catalogue>(message: Stored, type: keyof C & string, data: unknown): FactOf<C> => ({
  id: message.header('ce-id'),
  type,
  subject: message.header('ce-subject'),
  source: message.header('ce-source'),
  time: message.header('ce-time') || message.time,
  causedBy: message.header('ce-causedby'),
  hops: Number(message.header('ce-hops') || '0'),
  data: data as FactOf<C>['data'],
  sequence: message.sequence,
  ...(message.header(DECIDED_AT) ? { decidedAt: Number(message.header(DECIDED_AT)) } : {}),
  ...(message.header('traceparent') ? { traceparent: message.header('traceparent') } : {}),
})

const MAX_FAULTS = 100
const MAX_FAULT = 300

/** The faults of a zod error in words, each with its place; short enough for a message, for they quote what somebody sent. */
export const faultsOf = (error: z.ZodError): string[] => {
  const { length } = error.issues
  const told = error.issues.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const fault = path.length > 0 ? `${path.join('.')}: ${message}` : message
    return fault.length > MAX_FAULT ? `${fault.slice(0, MAX_FAULT)}...` : fault
  })
  return length > MAX_FAULTS ? [...told, `and ${length - MAX_FAULTS} more`] : told
}
