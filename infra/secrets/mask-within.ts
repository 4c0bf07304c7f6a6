import type { Secrets } from '../../functions/ports.ts'
import { capText } from '../processes/capped-text.ts'

/** Bytes at each side of a cut that are masked and then dropped: no half of a secret stays there that nobody would know any more. */
const EDGE = 32 * 1024

/** The text without secrets and within the limit (bytes), its middle cut; of a long one only what is kept is looked at. */
export const maskWithin = async (text: string, limit: number, { mask }: Pick<Secrets, 'mask'>): Promise<string> => {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return (await mask(text)).text
  const half = Math.floor(limit / 2)
  const kept = half + EDGE
  if (2 * kept >= bytes.length) return capText((await mask(text)).text, limit)
  const head = await mask(bytes.toString('utf8', 0, kept))
  const tail = await mask(bytes.toString('utf8', bytes.length - kept))
  // Masks may be longer than what they stand for.
  return `${head.text.slice(0, -EDGE).slice(0, half)}\n[... ${bytes.length - 2 * half} bytes cut ...]\n${tail.text.slice(EDGE).slice(-half)}`
}
