import { stripVTControlCharacters } from 'node:util'

/** Kept although they draw nothing: lines, tabs, and letters that join others, as in emoji and some scripts. */
const kept = '\n\t\u200c\u200d'

/** Somebody else's text without what could steer a terminal or turn the direction of reading; lines and tabs stay. Pure. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (kept.includes(sign) ? sign : ''))

/** The same on one line. */
export const line = (text: string): string => plain(text).replace(/\s+/g, ' ').trim()
