import { patienceOf, type ReadFault, type Said } from '../faults.ts'

/** Unknown channel, missing access, cannot send, missing permissions. */
const FOR_GOOD: readonly number[] = [10003, 50001, 50007, 50013]
/** Unknown message, not the author. */
const GONE: readonly number[] = [10008, 50005]

/** Reads Discord's own numbers, which stand in the text of its answer. Pure. */
export const readDiscordFault: ReadFault = ({ originalError }) => {
  const { code, retry_after: delay } = bodyOf(originalError)
  if (originalError?.status === 429 && delay !== undefined) return { delayMs: patienceOf(delay) }
  if (GONE.includes(Number(code))) return 'gone'
  return FOR_GOOD.includes(Number(code)) ? 'hopeless' : undefined
}

const bodyOf = (said: Said | undefined): { code?: unknown; retry_after?: unknown } => {
  if (typeof said?.message !== 'string' || !said.message.startsWith('{')) return {}
  try {
    const parsed: unknown = JSON.parse(said.message)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {} // cut off or no JSON; the status says what it is
  }
}
