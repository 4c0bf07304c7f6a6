import type { Catalogue } from '../define-event.ts'
import { encode, eventId, type Stored } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import type { Connection } from '../jetstream/connect.ts'
import type { Delivery } from '../jetstream/consume.ts'
import { store } from '../jetstream/publish.ts'
import { lastSequence, readAll } from '../jetstream/read.ts'
import type { StoryState } from '../story-model.ts'
import { deadSubject, isId, Streams, storyFilter } from '../subjects.ts'
import { MAX_HOPS } from './context.ts'
import { type Original, redriveCopy } from './retries.ts'
import type { Worker } from './worker.ts'

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
export const bury = async <C extends Catalogue, T extends StoryState, S>(worker: Worker<C, T, S>, burial: Burial): Promise<void> => {
  const { surroundings: s } = worker
  const { name, original, headers, reason, needsHuman } = burial
  const id = isId(burial.id) ? burial.id : 'unknown'
  const cause = original.message.header('ce-id') || `${name}-${original.message.sequence}`
  await store(s.connection, [deadLetter(burial, id, cause)], worker.stopping)
  // Giving up ends a loop; only failing at this very word is counted on, so that it ends as well.
  const hops = headers['ce-type'] === 'function.failed' ? Number(headers['ce-hops'] || '0') + 1 : 1
  if (s.catalogue['function.failed'] && hops <= MAX_HOPS) {
    const wire = encode(s.catalogue, {
      id: eventId(cause, name, `failed ${original.redrive}`),
      type: 'function.failed',
      subject: id,
      source: name,
      time: s.now().toISOString(),
      causedBy: cause,
      hops,
      data: { function: name, cause, causeType: headers['ce-type'] ?? '', reason, attempts: original.attempt, needsHuman },
    })
    await store(s.connection, [{ ...wire, messageId: wire.headers['ce-id']! }], worker.stopping)
  }
  s.log.error({ fn: name, story: id, reason }, 'a message became a dead letter')
  burial.delivery.term(reason.slice(0, 200))
}

const deadLetter = (burial: Burial, id: string, cause: string) => ({
  subject: deadSubject(burial.name, id),
  messageId: `${cause}:${burial.name}:dead:${burial.original.redrive}`,
  headers: {
    ...Object.fromEntries(Object.entries(burial.headers).filter(([key]) => key.startsWith('ce-') || key === 'traceparent')),
    'cortex-function': burial.name,
    'cortex-original-subject': burial.original.message.subject,
    'cortex-original-sequence': String(burial.original.message.sequence),
    'cortex-original-time': burial.original.message.time,
    'cortex-attempts': String(burial.original.attempt),
    'cortex-redrive': String(burial.original.redrive),
    'cortex-reason': burial.reason.replace(/[\r\n]+/g, ' ').slice(0, 2000),
    'cortex-needs-human': String(burial.needsHuman),
  },
  body: burial.original.message.body(),
})

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
  body: string
}

/** An answer that somebody had sent there by its reply subject names no function. */
const isOurs = (message: Stored): boolean => message.header('cortex-function') !== ''

/** All dead letters, oldest first. */
export const listDeadLetters = async (connection: Connection): Promise<DeadLetter[]> =>
  (await readAll(connection, Streams.dead, ['dlq.>'])).filter(isOurs).map((message) => ({
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
    body: message.body(),
  }))

/** Sends a dead letter to its function once more, with all its attempts. Throws when there is no such number. */
export const redriveDeadLetter = async (connection: Connection, number: number, signal: AbortSignal): Promise<DeadLetter> => {
  const all = await readAll(connection, Streams.dead, ['dlq.>'])
  const message = all.find((one) => one.sequence === number && isOurs(one))
  if (!message) throw new Error(`there is no dead letter ${number}; \`cortex dead\` lists them`)
  const fn = message.header('cortex-function')
  const redrive = Number(message.header('cortex-redrive')) + 1
  const names = ['ce-specversion', 'ce-id', 'ce-type', 'ce-source', 'ce-subject', 'ce-time', 'ce-causedby', 'ce-hops', 'ce-dataversion']
  const headers = Object.fromEntries(names.map((name) => [name, message.header(name)]).filter(([, value]) => value))
  const id = message.subject.split('.')[2] ?? ''
  const original = {
    subject: message.header('cortex-original-subject'),
    // Not the original's: the function shall see the story as it is now, with what opened it again.
    sequence: Math.max(Number(message.header('cortex-original-sequence')), await lastSequence(connection, storyFilter(id))),
    time: message.header('cortex-original-time'),
    body: message.body,
  }
  await store(connection, [redriveCopy(fn, original, headers, redrive)], signal)
  const letter = (await listDeadLetters(connection)).find((dead) => dead.number === number)
  if (!letter) throw new Error(`dead letter ${number} left the stream meanwhile: ${messageOf(fn)}`)
  return letter
}
