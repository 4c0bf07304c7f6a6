import { UNKNOWN } from './shares.ts'

/** Requests to the micro services that are at work at once: all of them, those of callers who prove nothing, and of one of their connections. */
const MOST = { all: 256, unproven: 192, each: 32 }

/**
 * Why a further request must come again later; undefined when there is room. A sender is the connection of a caller who proves nothing,
 * and undefined for who has proved who he is. Pure.
 */
export const whyBusy = (
  sender: string | undefined,
  atWork: readonly (string | undefined)[],
): { code: 429 | 503; fault: string } | undefined => {
  const own = atWork.filter((other) => other === sender).length
  if (sender !== undefined && sender !== UNKNOWN && own >= MOST.each)
    return { code: 429, fault: `this connection has ${own} requests at work; wait for their answers` }
  const full = { code: 503, fault: 'too many requests at once; try again in a moment' } as const
  if (sender !== undefined && atWork.filter((other) => other !== undefined).length >= MOST.unproven) return full
  return atWork.length >= MOST.all ? full : undefined
}
