import { type Msg, NoRespondersError } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import { Peer } from '../peers.ts'
import type { Connection } from './connect.ts'
import type { Room } from './provision-consumers.ts'

/** How long an answer is waited for: a peer that gives way stops its pulls before it answers. */
const ANSWER_MS = 2000
/** How long after an answer another one may come. */
const STALL_MS = 300

/** The other processes of a room on this bus. */
export interface Peers {
  /** Who answers now, in whatever version; undefined where the line broke meanwhile and nothing is known. */
  ask(): Promise<readonly Peer[] | undefined>
  /** From now on others hear of this one; `onAsk` is done before they are answered. */
  listen(onAsk: (peer: Peer) => Promise<void>): void
  stop(): void
}

/** Who else works in this room. Only the system's own credentials may speak under this subject on the embedded bus. */
export const peersOf = (connection: Connection, room: Room, self: () => Peer, log: Logger): Peers => {
  const { nc } = connection
  const subject = `cortex-runtime.${room}`
  const ask = async (): Promise<readonly Peer[] | undefined> => {
    const began = Date.now()
    const found = new Map<string, Peer>()
    try {
      const options = { strategy: 'stall', maxWait: ANSWER_MS, stall: STALL_MS } as const
      for await (const message of await nc.requestMany(subject, JSON.stringify(self()), options)) {
        const peer = peerIn(message, log)
        if (peer && peer.id !== self().id) found.set(peer.id, peer)
      }
    } catch (error) {
      if (!(error instanceof NoRespondersError)) return undefined
    }
    return connection.lastAway() < began ? [...found.values()] : undefined
  }
  let stop = (): void => undefined
  const listen = (onAsk: (peer: Peer) => Promise<void>): void => {
    const answer = async (message: Msg): Promise<void> => {
      const peer = peerIn(message, log)
      if (peer && peer.id !== self().id) await onAsk(peer)
      message.respond(JSON.stringify(self()))
    }
    const subscription = nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) log.warn({ error: messageOf(error) }, 'other processes of this room cannot be heard')
        else answer(message).catch((failure) => log.error({ error: messageOf(failure) }, 'another process could not be answered'))
      },
    })
    stop = () => {
      if (!nc.isClosed()) subscription.unsubscribe()
    }
  }
  return { ask, listen, stop: () => stop() }
}

const peerIn = (message: Msg, log: Logger): Peer | undefined => {
  try {
    return Peer.parse(message.json())
  } catch (error) {
    log.warn({ subject: message.subject, error: messageOf(error) }, 'what another process says of itself is not understood')
    return undefined
  }
}
