import { stripVTControlCharacters } from 'node:util'
import type { html } from 'hono/html'

/** A piece of a page. What is put into the template `html` is escaped, pieces of this kind aside. */
export type Html = ReturnType<typeof html>

/** Letters that draw nothing but join others, as in emoji and some scripts. */
const joiners = '\n\t\u200c\u200d'

/** Somebody else's text without what steers terminals or turns the direction of reading; lines and tabs stay. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (joiners.includes(sign) ? sign : ''))

/** The same on one line. */
export const line = (text: string): string => plain(text).replace(/\s+/g, ' ').trim()
