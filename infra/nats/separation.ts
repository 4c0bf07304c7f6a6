import { connect, type NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'
import { loginIn } from '../../bus/jetstream/connect.ts'

/**
 * What a server of somebody else does with those who come without a login: it lets nobody in (`closed`), gives them an account of
 * their own (`separate`), or the system's own, where they may write facts and send answers under any subject (`shared`).
 */
export type Separation = 'closed' | 'separate' | 'shared' | 'unknown'

const ANSWER_MS = 3000
const UserInfo = z.looseObject({ data: z.looseObject({ account: z.string() }) })

/** Looks as the system, and as somebody without a login. Throws when the server cannot be reached with the system's own login. */
export const separationOf = async (natsUrl: string): Promise<Separation> => {
  const { servers, ...login } = loginIn(natsUrl)
  const own = await accountOf({ servers, ...login })
  if (!own.reached) throw own.error
  // Without a login in the address we are what everybody is.
  const stranger = Object.keys(login).length === 0 ? own : await accountOf({ servers })
  if (!stranger.reached) return 'closed'
  if (own.account === undefined || stranger.account === undefined) return 'unknown'
  return own.account === stranger.account ? 'shared' : 'separate'
}

type Seen = { reached: true; account: string | undefined } | { reached: false; error: unknown }

const accountOf = async (options: Parameters<typeof connect>[0]): Promise<Seen> => {
  let nc: NatsConnection
  try {
    nc = await connect({ ...options, name: 'cortex-doctor', reconnect: false, timeout: ANSWER_MS })
  } catch (error) {
    return { reached: false, error }
  }
  try {
    const answer = await nc.request('$SYS.REQ.USER.INFO', '', { timeout: ANSWER_MS })
    return { reached: true, account: UserInfo.safeParse(answer.json()).data?.data.account }
  } catch {
    return { reached: true, account: undefined } // who may not ask for his own account stays unknown
  } finally {
    await nc.close()
  }
}
