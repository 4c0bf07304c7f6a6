import { RequestFault } from '../bus/define-service.ts'
import { messageOf } from '../bus/errors.ts'
import { askService } from '../bus/jetstream/ask.ts'
import { type Ask, patienceFor } from '../gateway/carriers.ts'
import { type Address, findAddress, type Line, openLine, type Place, whyNotInOurName } from './connect.ts'
import type { Terminal } from './terminal.ts'

/** For a command that outlives the system it asks. */
export interface SteadyAsk extends AsyncDisposable {
  readonly ask: Ask
}

/**
 * Asks whatever system runs at that place at the moment: it may start, stop and come back at another address meanwhile.
 * Without one every request fails with 503 and says what to do.
 */
export const steadyAsk = (place: Place, { typed, told }: Pick<Terminal, 'typed' | 'told'>): SteadyAsk => {
  const away = (why: string): RequestFault => new RequestFault(503, [typed(why)], { retryAfterMs: 2000 })
  let open: { at: string; line: Promise<Line> } | undefined
  const hangUp = async (): Promise<void> => {
    const before = open
    open = undefined
    // A line that never came about needs no end.
    const line = await before?.line.catch(() => undefined)
    if (line && !line.connection.nc.isClosed()) await line.connection.nc.close()
  }
  const lineTo = async (address: Address): Promise<Line> => {
    const at = JSON.stringify(address)
    if (open?.at !== at) {
      const ended = hangUp()
      open = { at, line: ended.then(() => openLine(address, place.channel)) }
    }
    const mine = open
    try {
      return await mine.line
    } catch (error) {
      if (open === mine) open = undefined
      throw away(messageOf(error))
    }
  }
  return {
    ask: async (operation, input) => {
      const found = findAddress(place)
      if ('why' in found) throw away(found.why)
      const line = await lineTo(found.address)
      const { connection, identity } = line
      const older = await whyNotInOurName(line, operation)
      if (older) throw new RequestFault(409, [typed(older)])
      const reply = await askService(connection, `cortex.${operation.name}`, input, {
        timeoutMs: patienceFor(input),
        ...(identity ? { identity } : {}),
      })
      if (reply.kind === 'answer') return reply.body
      if (reply.kind === 'fault') throw new RequestFault(reply.code, reply.faults.map(told))
      throw away(
        reply.kind === 'nobody'
          ? 'the bus is there, but no Cortex serves on it: start it with "cortex up"'
          : 'Cortex did not answer in time; try again, or look at its log',
      )
    },
    [Symbol.asyncDispose]: hangUp,
  }
}
