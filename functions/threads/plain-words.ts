import { cutTo } from '../../bus/next-steps.ts'
import { plain as readable } from '../../domain/words/plain.ts'

/** Zero width: what follows a mark is no name, command or address of the platform any more, and reads the same. */
const NOTHING = '\u200b'

/**
 * What others wrote, so that it calls nobody and formats nothing when we repeat it: a title with "@everyone" or "<!channel>"
 * must not wake a room, and signs that draw nothing are written out. Pure.
 */
export const plain = (text: string): string =>
  readable(text)
    .replace(/([@<])(?=\S)/g, `$1${NOTHING}`)
    .replace(/[*_~|]{2,}/g, (marks) => [...marks].join(NOTHING))
    .replace(/\]\(/g, `]${NOTHING}(`)

/** At most that many characters, with a sign where something is left out. Pure. */
export const shortened = (text: string, length: number): string => cutTo(text.trim(), length)
