import { factHeaders, type Stored } from '../envelope.ts'
import { StaleGuard } from '../errors.ts'
import { SEAL, type Seal } from '../seal.ts'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { type Append, store } from './publish.ts'
import { readAll } from './read.ts'

const TARGET = 'Nats-Schedule-Target'
const KEPT = ['traceparent', 'Nats-Schedule', TARGET]
/** Timers sealed at once. */
const AT_ONCE = 50

/**
 * Gives every timer that is set and does not bear the seal one of the same content that does, in its place. One that fires meanwhile
 * stays as it was. Copies that wait to be tried again are left alone: they are worth what their facts are.
 */
export const sealTimers = async (connection: Connection, seal: Seal, signal: AbortSignal): Promise<void> => {
  const set = await readAll(connection, Streams.events, ['sched.>'])
  const unsealed = set.filter((timer) => !timer.header(TARGET).startsWith('retry.') && !seal.isBorneBy(atTarget(timer)))
  for (let at = 0; at < unsealed.length; at += AT_ONCE)
    await Promise.all(unsealed.slice(at, at + AT_ONCE).map((timer) => replace(connection, sealed(timer, seal), signal)))
}

const atTarget = (timer: Stored): Stored => ({ ...timer, time: timer.time, subject: timer.header(TARGET) })

const sealed = (timer: Stored, seal: Seal): Append => {
  const { subject, header, sequence } = timer
  const kept = Object.fromEntries(KEPT.map((name) => [name, header(name)]).filter(([, value]) => value))
  const fact = { subject: header(TARGET), headers: factHeaders(timer), body: timer.body() }
  return {
    subject,
    headers: { ...fact.headers, ...kept, [SEAL]: seal.of(fact) },
    body: fact.body,
    messageId: `${header('ce-id')}:sealed by ${seal.fingerprint}`,
    guard: { filter: subject, sequence },
  }
}

/** The guard refuses where the timer is no longer what was read: it fired, or another process has sealed it. */
const replace = async (connection: Connection, timer: Append, signal: AbortSignal): Promise<void> => {
  try {
    await store(connection, [timer], signal)
  } catch (error) {
    if (!(error instanceof StaleGuard)) throw error
  }
}
