import { stripVTControlCharacters } from 'node:util'

/** What draws nothing, steers a terminal, turns the direction of reading or breaks lines unseen. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Letters that join others, as in emoji and some scripts. */
const joiners = '\u200c\u200d'

const written = (sign: string): string => `\\u{${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`

const writtenOut = (text: string, kept: string): string =>
  text.replaceAll('\r\n', '\n').replace(unseen, (sign) => (kept.includes(sign) ? sign : written(sign)))

/** Code as whoever judges it must see it: every sign that draws nothing is written out, `\u{202E}`; lines and tabs stay. Pure. */
export const visible = (text: string): string => writtenOut(text, '\n\t')

/** Somebody else's words: colours and other sequences for terminals are left out, other signs that draw nothing written out. Pure. */
export const plain = (text: string): string => writtenOut(stripVTControlCharacters(text), `\n\t${joiners}`)

/** The same on one line. */
export const line = (text: string): string => plain(text).replace(/\s+/g, ' ').trim()
