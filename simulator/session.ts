import { changeExchange, type State } from './state.ts'
import type { World } from './world.ts'

/** Signs everybody out: no cookie given so far counts any more. */
export const sessionEnd = ({ session }: State): Pick<State, 'session'> => ({ session: { required: true, epoch: session.epoch + 1 } })

/** Lets everybody in, as the server alone knows: no browser gets a cookie for it. */
export const sessionFound = ({ session }: State): Pick<State, 'session'> => ({ session: { ...session, required: false } })

/** Lets the losses of session happen whose time has come. */
export const settleSessions = (world: World, now: number): void => {
  const due = world.state.conversations
    .flatMap(({ exchanges }) => exchanges)
    .filter(
      ({ script, startedAt, sessionLost }) => !sessionLost && now >= startedAt + (script.sessionLostAfterMs ?? Number.POSITIVE_INFINITY),
    )
  if (due.length === 0) return
  world.change((state) => ({
    ...sessionEnd(state),
    conversations: due.reduce((changed, { id }) => changeExchange(changed, id, { sessionLost: true }), state.conversations),
  }))
}
