import type { Logger } from 'pino'
import type { Catalogue } from '../define-event.ts'
import type { AnyFunction, DoorRequest } from '../define-function.ts'
import { doorCause, requestIn } from '../door.ts'
import { milliseconds } from '../duration.ts'
import type { FactOf } from '../envelope.ts'
import { messageOf, NeedsHuman, NotRetryable, RetryAfter, StaleGuard, Stopping, StoryEnded } from '../errors.ts'
import type { Delivery } from '../jetstream/consume.ts'
import { lookAtFunction } from '../jetstream/consumers.ts'
import { isTransient, patiently, wait } from '../jetstream/patience.ts'
import { store } from '../jetstream/publish.ts'
import { hasAnswered } from '../story.ts'
import type { StoryState } from '../story-model.ts'
import { answer, type Cause, contextOf, MAX_HOPS, type Run, throwIfOver } from './context.ts'
import { decodeDelivered } from './copies.ts'
import { bury } from './dead-letters.ts'
import type { Deliverer, InFlight } from './deliverer.ts'
import { giveBack } from './give-back.ts'
import { isStillMissing } from './give-missed.ts'
import { judgeFailure, type Original, restore, retryCopy } from './retries.ts'

/** Handlers called by hand of the runtime with an argument their declaration promised. */
type Handler = (context: unknown) => ReturnType<AnyFunction['handler']>

/** Older than this, a message's answers may have left the server's memory of ids (10 minutes). */
const TRUST_DEDUPE_MS = 5 * 60_000
/** Pauses up to this are waited out in place; longer ones become a scheduled copy, for a nak with a delay can stop a whole stage. */
const HOLD_MS = 5000
const MAX_STALE = 100

/** A delivery's whole life, from decoding to its acknowledgement; `over` is said of requests that are over their sender's share. Never throws. */
export const deliver = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  name: string,
  fn: AnyFunction,
  delivery: Delivery,
  over?: DoorRequest['over'],
): Promise<void> => {
  deliverer.parts.log.debug(
    { fn: name, subject: delivery.subject, sequence: delivery.sequence, deliveries: delivery.deliveries },
    'delivered',
  )
  const release = deliverer.ticker.hold(delivery, holdMs(fn))
  try {
    await (fn.door ? deliverRequest(deliverer, name, fn, delivery, over) : deliverFact(deliverer, name, fn, delivery))
  } catch (error) {
    // Only the stop, or a bus that is gone for good, ends up here: the message comes again to whoever is next.
    if (!(error instanceof Stopping)) deliverer.parts.log.error({ fn: name, error: messageOf(error) }, 'a delivery was given back')
    await giveBack(deliverer, name, fn, delivery)
  } finally {
    release()
  }
}

/** How long one try keeps its message: its deadline, and a minute for what follows. */
const holdMs = (fn: AnyFunction): number => (fn.ordered ? Number.POSITIVE_INFINITY : milliseconds(fn.timeout) + 60_000)

const deliverFact = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  name: string,
  fn: AnyFunction,
  delivery: Delivery,
): Promise<void> => {
  const { parts: s } = deliverer
  const original = restore(name, delivery)
  const decoded = await decodeDelivered(s, original)
  const id = original.message.subject.split('.')[2] ?? 'unknown'
  switch (decoded.kind) {
    case 'foreign':
      s.log.warn({ fn: name, subject: delivery.subject, why: decoded.why }, 'a message that is no fact of ours is ignored')
      return delivery.ack()
    case 'newer':
      return awaitUpgrade(deliverer, { name, fn, original, delivery, why: decoded.why })
    case 'broken':
      return bury(deliverer, { name, original, headers: delivery.headers(), id, reason: decoded.why, needsHuman: false, delivery })
    case 'fact': {
      const { fact } = decoded
      const heard = await whetherHeard(deliverer, { name, fn, original }, fact)
      if (heard === 'past') return delivery.ack()
      if (heard === 'of another version')
        return awaitUpgrade(deliverer, { name, fn, original, delivery, why: `this program's ${name} does not listen to ${fact.type}` })
      const log = (): Logger => s.log.child({ fn: name, story: fact.subject, event: fact.id })
      const tooFar = fact.hops > MAX_HOPS ? new NotRetryable(`it is ${fact.hops} hops from its beginning: a loop`) : undefined
      return tries(deliverer, { name, fn, cause: fact, original, delivery, subject: { event: fact }, log, refuse: tooFar })
    }
  }
}

/** Whether the function shall hear this fact from this durable, now. */
const whetherHeard = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  { name, fn, original }: Pick<Handling<C>, 'name' | 'fn' | 'original'>,
  fact: FactOf<C>,
): Promise<'heard' | 'past' | 'of another version'> => {
  const { parts: s, hearings } = deliverer
  if (!fn.on?.includes(fact.type)) {
    const look = await patiently(s.connection, () => lookAtFunction(s.connection, name))
    return look?.filters.includes(`${fact.type}.*`) ? 'of another version' : 'past'
  }
  if (fact.sequence > (hearings().get(name)?.hears[fact.type] ?? 0) || original.redrive() > 0) return 'heard'
  // What came before the function listened is given to it as a copy, where its story still needs it; so do copies of an earlier time.
  if (original.isCopy) return (await isStillMissing(deliverer, { name, fn }, fact)) ? 'heard' : 'past'
  return (await s.folds.story(fact.subject, 0)).hasBegun ? 'past' : 'heard'
}

/** How often a message that a newer version wrote is looked at again. */
const UPGRADE_MS = 60_000

/** An upgrade is under way: the message waits for it, and that costs no attempt. */
const awaitUpgrade = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  { name, fn, original, delivery, why }: { name: string; fn: AnyFunction; original: Original; delivery: Delivery; why: string },
): Promise<void> => {
  const { parts: s, stopping, pausing } = deliverer
  s.log.warn({ fn: name, subject: delivery.subject, why }, 'a message of a newer version waits for the upgrade')
  if (fn.ordered) {
    await wait(UPGRADE_MS, pausing())
    return giveBack(deliverer, name, fn, delivery)
  }
  const same = { ...original, attempt: original.attempt - 1 }
  const copy = retryCopy(name, same, delivery.headers(), new Date(s.now().getTime() + UPGRADE_MS))
  // Every look has a copy of its own, although the attempt stays the same.
  await store(s.connection, [{ ...copy, messageId: `${copy.messageId}:${delivery.sequence}` }], stopping)
  delivery.ack()
}

const deliverRequest = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  name: string,
  fn: AnyFunction,
  delivery: Delivery,
  over: DoorRequest['over'],
): Promise<void> => {
  const request = { ...requestIn(deliverer.parts.connection.seal, delivery), ...(over ? { over } : {}) }
  const cause: Cause = { id: doorCause(request), sequence: 0, hops: 0 }
  const log = (): Logger => deliverer.parts.log.child({ fn: name, door: request.sequence })
  return tries(deliverer, { name, fn, cause, original: restore(name, delivery), delivery, subject: { request }, log })
}

interface Handling<C extends Catalogue> {
  name: string
  fn: AnyFunction
  cause: Cause
  original: Original
  delivery: Delivery
  subject: { event: FactOf<C> } | { request: DoorRequest }
  /** Made when something is said. */
  log: () => Logger
  refuse?: Error
}

/** Tries until the message is acknowledged: done, given back, put off, or a dead letter. */
const tries = async <C extends Catalogue, T extends StoryState, S>(deliverer: Deliverer<C, T, S>, handling: Handling<C>): Promise<void> => {
  let { original } = handling
  const { parts: s } = deliverer
  const lost = deliverer.storeLost()
  for (let stale = 0; !lost.aborted; ) {
    const flight = begin(deliverer, handling, original.attempt)
    // Every try has its whole time; the lease of the first would end in the middle of the second.
    deliverer.ticker.hold(handling.delivery, holdMs(handling.fn))
    try {
      if (handling.refuse) throw handling.refuse
      if (!(await answeredBefore(deliverer, handling, original)))
        await runOnce(deliverer, handling, { attempt: original.attempt, conflicts: stale, abort: flight.abort })
      return handling.delivery.ack()
    } catch (error) {
      if (lost.aborted) return
      const reason = flight.abort.signal.aborted ? flight.abort.signal.reason : error
      if (reason instanceof StoryEnded) return handling.delivery.ack()
      if (deliverer.stopping.aborted) throw new Stopping('the process stops')
      if (s.connection.nc.isClosed()) throw new Stopping('the connection to the bus is closed for good')
      if (error instanceof StaleGuard && stale++ < MAX_STALE) continue
      if (isFaultOfBus(handling, error, flight, s.connection.lastAway())) {
        flight.held = `the bus is away: ${messageOf(error)}`
        await wait(250, deliverer.stopping)
        continue
      }
      const next = judgeFailure(handling.fn, reason, original.attempt)
      handling.log().warn({ attempt: original.attempt, error: messageOf(reason) }, 'a handler failed')
      if (next.kind === 'dead') return await giveUp(deliverer, handling, original, reason, next.needsHuman)
      if (next.afterMs > HOLD_MS && !handling.fn.ordered) return await putOff(deliverer, handling, original, next.afterMs)
      flight.held = `${messageOf(reason)}; next try in ${Math.ceil(next.afterMs / 1000)} s`
      await wait(next.afterMs, deliverer.pausing())
      original = { ...original, attempt: original.attempt + 1 }
    } finally {
      deliverer.inFlight.delete(flight)
    }
  }
}

/**
 * A bus that is away is no failure of the handler and costs no attempt: neither what it refused, nor anything else that
 * went wrong while it was. Only an effect that ran into its deadline counts: it is not done again and again.
 */
const isFaultOfBus = <C extends Catalogue>({ fn }: Handling<C>, error: unknown, flight: InFlight, lastAway: number): boolean => {
  const late = flight.abort.signal.aborted
  if (isTransient(error) && !late) return true
  const intended = error instanceof NotRetryable || error instanceof NeedsHuman || error instanceof RetryAfter
  return lastAway >= Date.parse(flight.since) && !intended && !(late && fn.effect)
}

const begin = <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  handling: Handling<C>,
  attempt: number,
): InFlight => {
  const story = handling.cause.subject ?? ''
  const flight: InFlight = { fn: handling.name, story, since: deliverer.parts.now().toISOString(), attempt, abort: new AbortController() }
  deliverer.inFlight.add(flight)
  if (deliverer.stopping.aborted) flight.abort.abort(new Stopping('the process stops'))
  return flight
}

/** Whether this cause has its answer already. Functions with an effect always ask the stream itself, never a cache. */
const answeredBefore = async <C extends Catalogue, T extends StoryState, S>(
  { parts: s }: Deliverer<C, T, S>,
  handling: Handling<C>,
  original: Original,
): Promise<boolean> => {
  const { cause, fn, name } = handling
  if (!cause.subject) return false
  const { stamp, time } = original.message
  const old = s.now().getTime() - (stamp === undefined ? Date.parse(time) : stamp / 1_000_000) > TRUST_DEDUPE_MS
  if (!fn.effect && !original.isCopy && !old) return false
  const story = await s.folds.coldStory(cause.subject)
  // A failure that a person sent again is no answer any more.
  const except = [...(fn.records ?? []), ...(original.redrive() > 0 ? ['function.failed'] : [])]
  return hasAnswered(story, cause.id, name, except)
}

const runOnce = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  handling: Handling<C>,
  { attempt, conflicts, abort }: { attempt: number; conflicts: number; abort: AbortController },
): Promise<void> => {
  const { parts: s } = deliverer
  const { fn, name, cause } = handling
  const state = cause.subject && !fn.afterEnd ? s.folds.peek(cause.subject) : undefined
  if (state && state.sequence > cause.sequence) throwIfOver(state, cause)
  // A timer that is cleared: AbortSignal.timeout would keep the delivery in memory until it fires.
  const deadline = fn.ordered ? undefined : setTimeout(() => abort.abort(tooSlow(name, fn.timeout)), milliseconds(fn.timeout))
  try {
    const run: Run = { name, fn, cause, attempt, conflicts, signal: abort.signal }
    run.signal.throwIfAborted()
    const context = contextOf(s, run, handling.subject, handling.log)
    // The declaration fixed what the handler takes; here the types of all functions meet.
    const events = await untilAborted((fn.handler as unknown as Handler)(context), run.signal)
    await answer(s, run, events)
  } finally {
    clearTimeout(deadline)
  }
}

const tooSlow = (name: string, timeout: string): Error => new Error(`${name} did not end within its ${timeout}`)

/** A handler that ignores its signal does not keep the message: its result no longer counts. */
const untilAborted = async <T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> => {
  if (!(work instanceof Promise)) return work
  signal.throwIfAborted()
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

const putOff = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  handling: Handling<C>,
  original: Original,
  afterMs: number,
): Promise<void> => {
  const { parts: s } = deliverer
  const copy = retryCopy(handling.name, original, handling.delivery.headers(), new Date(s.now().getTime() + afterMs))
  await store(s.connection, [copy], deliverer.stopping)
  handling.delivery.ack()
}

const giveUp = <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  handling: Handling<C>,
  original: Original,
  error: unknown,
  needsHuman: boolean,
): Promise<void> =>
  bury(deliverer, {
    name: handling.name,
    original,
    headers: handling.delivery.headers(),
    id: handling.cause.subject ?? 'door',
    reason: messageOf(error),
    needsHuman,
    delivery: handling.delivery,
  })
