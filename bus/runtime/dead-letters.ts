import type { Catalogue } from '../define-event.ts'
import { DOOR_ID, doorCause, isOwn, isOwnRequest, messageIdOf, ownRequest } from '../door.ts'
import { encode, eventId, factHeaders, type Stored } from '../envelope.ts'
import { NotRetryable } from '../errors.ts'
import type { Connection } from '../jetstream/connect.ts'
import type { Delivery } from '../jetstream/consume.ts'
import { patiently } from '../jetstream/patience.ts'
import { type Append, store } from '../jetstream/publish.ts'
import { lastSequence, readAll, readOne } from '../jetstream/read.ts'
import { chatStep, plainly, step } from '../next-steps.ts'
import { SEAL, type Seal } from '../seal.ts'
import type { StoryState } from '../story-model.ts'
import { DOOR_MARK, deadSubject, isDoorSubject, isId, Streams, storyFilter } from '../subjects.ts'
import { MAX_HOPS } from './context.ts'
import { storedFact } from './copies.ts'
import type { Deliverer } from './deliverer.ts'
import { type Copy, type Original, redriveCopy } from './retries.ts'

interface Burial {
  name: string
  original: Original
  headers: Record<string, string>
  id: string
  reason: string
  needsHuman: boolean
  delivery: Delivery
}

/** Gives a message up: it becomes a dead letter, and `function.failed` tells its story, so that no story just stops. */
export const bury = async <C extends Catalogue, T extends StoryState, S>(deliverer: Deliverer<C, T, S>, burial: Burial): Promise<void> => {
  const { parts: s } = deliverer
  const { name, original, headers, reason, needsHuman } = burial
  const id = isId(burial.id) ? burial.id : 'unknown'
  const cause = causeOf(name, original.message)
  await store(s.connection, [deadLetter(burial, id, cause, s.connection.seal)], deliverer.stopping)
  // Giving up ends a loop; only failing at this very word is counted on, so that it ends as well.
  const hops = headers['ce-type'] === 'function.failed' ? Number(headers['ce-hops'] || '0') + 1 : 1
  if (s.catalogue['function.failed'] && hops <= MAX_HOPS) {
    const failed = {
      id: eventId(cause, name, `failed ${original.redrive()}`),
      type: 'function.failed',
      subject: id,
      source: name,
      time: s.now().toISOString(),
      causedBy: cause,
      hops,
      data: { function: name, cause, causeType: headers['ce-type'] ?? '', reason, attempts: original.attempt, needsHuman },
    }
    const wire = encode(s.catalogue, failed, s.connection.seal)
    await store(s.connection, [{ ...wire, messageId: wire.headers['ce-id']! }], deliverer.stopping)
  }
  s.log.error({ fn: name, story: id, reason }, 'a message became a dead letter')
  burial.delivery.term(reason.slice(0, 200))
}

/** Whoever waits for what becomes of a request at the door hears that it was given up. */
const causeOf = (name: string, message: Stored): string =>
  isDoorSubject(message.subject) ? doorCause(message) : message.header('ce-id') || `${name}-${message.sequence}`

const KEPT = ['traceparent', DOOR_MARK, DOOR_ID]
/** Header of a dead letter of the door: the `Nats-Msg-Id` of the request, which has a part in its seal. */
const MESSAGE_ID = 'cortex-message-id'

const deadLetter = (burial: Burial, id: string, cause: string, seal: Seal | undefined) => ({
  subject: deadSubject(burial.name, id),
  messageId: `${cause}:${burial.name}:dead:${burial.original.redrive()}`,
  headers: {
    ...Object.fromEntries(Object.entries(burial.headers).filter(([key]) => key.startsWith('ce-') || KEPT.includes(key))),
    ...(isDoorSubject(burial.original.message.subject) ? doorHeaders(seal, burial.original.message) : {}),
    'cortex-function': burial.name,
    'cortex-original-subject': burial.original.message.subject,
    'cortex-original-sequence': String(burial.original.message.sequence),
    'cortex-original-time': burial.original.message.time,
    'cortex-attempts': String(burial.original.attempt),
    'cortex-redrive': String(burial.original.redrive()),
    'cortex-reason': plainly(burial.reason)
      .replace(/[\r\n]+/g, ' ')
      .slice(0, 2000),
    'cortex-needs-human': String(burial.needsHuman),
  },
  body: burial.original.message.body(),
})

/** What tells of a request at the door whose it was: the system's own has the seal, also one of before there were seals. */
const doorHeaders = (seal: Seal | undefined, message: Stored): Record<string, string> => {
  const { subject, header, body, time } = message
  const messageId = header('Nats-Msg-Id')
  const own = { subject, messageId, body: body(), headers: { [DOOR_ID]: header(DOOR_ID) } }
  return { ...(isOwn(seal, message) ? ownRequest(seal, own, time).headers : {}), [MESSAGE_ID]: messageId }
}

/** A message some function gave up on. `number` is its sequence in stream DLQ. */
export interface DeadLetter {
  number: number
  function: string
  id: string
  subject: string
  sequence: number
  at: string
  reason: string
  attempts: number
  needsHuman: boolean
  redrives: number
}

const letterOf = (message: Stored): DeadLetter => ({
  number: message.sequence,
  function: message.header('cortex-function'),
  id: message.subject.split('.')[2] ?? '',
  subject: message.header('cortex-original-subject'),
  sequence: Number(message.header('cortex-original-sequence')),
  at: message.time,
  reason: message.header('cortex-reason'),
  attempts: Number(message.header('cortex-attempts')),
  needsHuman: message.header('cortex-needs-human') === 'true',
  redrives: Number(message.header('cortex-redrive')),
})

/** An answer that somebody had sent there by its reply subject names no function. */
const isOurs = (message: Stored): boolean => message.header('cortex-function') !== ''

/** A page of the dead letters without their bodies, newest first; only the stream's end is read that holds the page. */
export const listDeadLetters = async (
  connection: Connection,
  { limit, offset }: { limit: number; offset: number } = { limit: 200, offset: 0 },
): Promise<{ letters: DeadLetter[]; total: number }> => {
  const { state } = await patiently(connection, () => connection.jsm.streams.info(Streams.dead))
  // An empty stream that never had a message begins at 0.
  const first = Math.max(state.first_seq, 1)
  for (let depth = offset + limit; ; depth *= 4) {
    const from = Math.max(first, state.last_seq - depth + 1)
    const read = await readAll(connection, Streams.dead, ['dlq.>'], { from, headersOnly: true })
    const letters = read.filter(isOurs).map(letterOf).reverse()
    if (letters.length >= offset + limit || from === first)
      return { letters: letters.slice(offset, offset + limit), total: state.messages - (read.length - letters.length) }
  }
}

/** One dead letter with its body; undefined when there is none with this number. */
export const readDeadLetter = async (connection: Connection, number: number): Promise<(DeadLetter & { body: string }) | undefined> => {
  const message = await patiently(connection, () => readOne(connection, Streams.dead, number))
  return message && isOurs(message) ? { ...letterOf(message), body: message.body() } : undefined
}

/**
 * Sends a dead letter to its function once more, with all its attempts; the same again within ten minutes sends it once.
 * Throws `NotRetryable` when there is no such number, or nobody would hear what it has.
 */
export const redriveDeadLetter = async (connection: Connection, number: number, signal: AbortSignal): Promise<DeadLetter> => {
  const message = await patiently(connection, () => readOne(connection, Streams.dead, number), signal)
  if (!message || !isOurs(message)) throw new NotRetryable(`there is no dead letter ${number}; \`${step('dead')}\` lists them`)
  const letter = letterOf(message)
  const copy = isDoorSubject(letter.subject) ? doorCopy(connection, message, letter) : await factCopy(connection, message, letter)
  await store(connection, [copy], signal)
  return letter
}

const factCopy = async (connection: Connection, message: Stored, letter: DeadLetter): Promise<Copy> => {
  const original = {
    subject: letter.subject,
    // Not the original's: the function shall see the story as it is now, with what opened it again.
    sequence: Math.max(letter.sequence, await lastSequence(connection, storyFilter(letter.id))),
    time: message.header('cortex-original-time'),
    body: message.body,
  }
  return redriveCopy(letter.function, original, await headersOfCopy(connection, message, letter), letter.redrives + 1)
}

/** What makes the fact that a letter is of; the seal with it where both fact and letter are of before there were seals, and the fact is gone. */
const headersOfCopy = async (connection: Connection, message: Stored, letter: DeadLetter): Promise<Record<string, string>> => {
  const { seal } = connection
  const { subject, sequence } = letter
  const headers = factHeaders(message)
  const fact = { ...message, time: message.time, subject, sequence }
  if (!seal || seal.isBorneBy(fact) || (await storedFact(connection, fact))) return headers
  if (seal.wasThere('dead', message) && seal.isOn(fact)) return { ...headers, [SEAL]: seal.of({ subject, headers, body: message.body() }) }
  throw new NotRetryable(
    `dead letter ${letter.number} bears no seal, and its fact is gone from EVENTS, so that nobody can tell whose it is; \`${chatStep(`retry ${letter.id}`)}\` begins its task anew`,
  )
}

/** What the door's reader gave up on goes to the door again, as whoever it came from, and stands for the same story as before. */
const doorCopy = ({ seal }: Connection, letter: Stored, { number, subject, redrives }: DeadLetter): Append => {
  const header = (name: string): string => letter.header(name === 'Nats-Msg-Id' ? MESSAGE_ID : name)
  const messageId = messageIdOf({ header })
  const copy = {
    subject,
    messageId: `redriven-${number}-${letter.time}`,
    headers: { 'cortex-redrive': String(redrives + 1), ...(messageId ? { [DOOR_ID]: messageId } : {}) },
    body: letter.body(),
  }
  const time = letter.header('cortex-original-time')
  const isOurs = isOwnRequest(seal, { subject, header, body: letter.body, time }, seal?.wasThere('dead', letter) === true)
  return isOurs ? ownRequest(seal, copy) : copy
}
