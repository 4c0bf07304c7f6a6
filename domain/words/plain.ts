import { stripVTControlCharacters } from 'node:util'

/** What draws a pictogram in colour, or a key: U+FE0F after one. Anywhere else it draws nothing. */
const COLOURED = String.raw`(?:(?<=\p{Extended_Pictographic})\uFE0F|(?<=[0-9#*])\uFE0F(?=\u20E3))`

/** What draws nothing (fillers of Hangul and the empty Braille are names or blanks), steers a terminal, turns the direction of reading or breaks lines unseen. */
const unseen = new RegExp(String.raw`(?!${COLOURED})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`, 'gu')

/** Blanks that are none to a program. */
const blanks = /(?! )\p{Zs}/gu

/** Letters that join others, as in emoji and some scripts. */
const joiners = '\u200c\u200d'

const written = (sign: string): string => `\\u{${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`

const writtenOut = (text: string, kept: string): string =>
  text.replaceAll('\r\n', '\n').replace(unseen, (sign) => (kept.includes(sign) ? sign : written(sign)))

/** Code as whoever judges it must see it: every sign that draws nothing, and each blank of another kind, is written out, `\u{202E}`; lines and tabs stay. Pure. */
export const visible = (text: string): string => writtenOut(text, '\n\t').replace(blanks, written)

/** Somebody else's words: colours and other sequences for terminals are left out, other signs that draw nothing written out. Pure. */
export const plain = (text: string): string => writtenOut(stripVTControlCharacters(text), `\n\t${joiners}`)

/** `plain`, as a terminal draws it: of a line that was begun anew by returns, such as a bar of progress, what stands there at last. Pure. */
export const drawn = (text: string): string =>
  plain(
    stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.split('\r').findLast((drawing) => drawing !== '') ?? '')
      .join('\n'),
  )

/** `plain` on one line. */
export const line = (text: string): string => plain(text).replace(/\s+/g, ' ').trim()
