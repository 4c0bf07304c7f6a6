import type { Environment } from '../config/environment.ts'
import type { Found } from './found.ts'

/** Secrets that we know by their value: name of the variable (or words for it) -> value. */
export type KnownSecrets = Readonly<Record<string, string>>

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i
/** What such a name may end with and yet say only where something is, or how much of it. */
const HARMLESS_NAME = /_(?:URL|FILE|PATH|DIR|HOST|NAME|ID|TTL|EXPIRY|TOKENS)$/i
/** Numbers, places and switches are no secrets, whatever they are called. */
const HARMLESS_VALUE = /^(?:\d{1,11}|[~.]*\/.*|true|false)$/is
const SHORTEST = 6

/** The variables that are secret by their name. Pure. */
export const secretVariables = (variables: Environment): KnownSecrets =>
  Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] =>
        SECRET_NAME.test(entry[0]) &&
        !HARMLESS_NAME.test(entry[0]) &&
        entry[1] !== undefined &&
        entry[1].length >= SHORTEST &&
        !HARMLESS_VALUE.test(entry[1]),
    ),
  )

/** Shorter ones are common words in some of their spellings. */
const SHORTEST_IN_DISGUISE = 8

/** A value as it is and as somebody may have written it elsewhere: base64 at any place in a longer text, hexadecimal, in a URL, backwards. Pure. */
export const spellingsOf = (value: string): string[] => {
  if (value.length < SHORTEST_IN_DISGUISE) return [value]
  const bytes = Buffer.from(value)
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Signs that neighbouring bytes have a part in are left out.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)]
    return whole.slice(from, to)
  })
  const hex = bytes.toString('hex')
  const inUrl = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([value, ...base64, ...inUrl, hex, hex.toUpperCase(), encodeURIComponent(value), [...value].reverse().join('')])]
}

const kindOf = (name: string): string => `value of ${name}`
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** Finds the values in every spelling. Pure. */
export const findKnown = (known: KnownSecrets): ((text: string) => Found[]) => {
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(known)) for (const spelling of spellingsOf(value)) names.set(spelling, name)
  if (names.size === 0) return () => []
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'g')
  return (text) =>
    [...text.matchAll(pattern)].map(({ 0: value, index }) => ({
      start: index,
      end: index + value.length,
      kind: kindOf(names.get(value) ?? ''),
      value,
    }))
}

const squeezed = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '')
const SHORTEST_SQUEEZED = 12

const turned = (letter: string): string => {
  const first = letter < 'a' ? 65 : 97
  return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
}

/** What is left of a value, however it is spelled, when everything but letters and digits is taken away: also as numbers of its signs, twice base64, turned by 13. */
const squeezedSpellings = (value: string): string[] => {
  const bytes = [...Buffer.from(value)]
  const spellings = spellingsOf(value)
  const more = value.length < SHORTEST_IN_DISGUISE ? [] : [bytes.join(''), bytes.map((byte) => `x${byte.toString(16)}`).join('')]
  const twice = spellings.slice(1, 4).flatMap((spelling) => spellingsOf(spelling).slice(1, 4))
  const all = [...spellings, ...more, ...twice, value.replace(/[A-Za-z]/g, turned)]
  return [...new Set(all.map(squeezed))].filter(({ length }) => length >= SHORTEST_SQUEEZED)
}

const NUMBER = /\b(?:0x[\da-f]{1,2}|\d{1,3})\b/gi

/** From sign to sign, what an xor with one number leaves as it is. */
const stepsOf = (numbers: readonly number[]): string =>
  numbers
    .slice(1)
    .map((number, at) => `${number ^ numbers[at]!},`)
    .join('')
const stepsIn = (text: string): string => `,${stepsOf((text.match(NUMBER) ?? []).map(Number))}`

/** How a value may stand in a text in pieces: what is left of the text, and what of the value is looked for in it. */
const disguises: readonly { readonly of: (text: string) => string; readonly spellings: (value: string) => string[] }[] = [
  { of: squeezed, spellings: squeezedSpellings },
  { of: stepsIn, spellings: (value) => (value.length < SHORTEST_SQUEEZED ? [] : [`,${stepsOf([...Buffer.from(value)])}`]) },
]

/**
 * Finds the known values that stand in a text in pieces, split over strings, lines or files but in their order, and not so in what was there
 * before: the kind of each, and how it begins there. Pure.
 */
export const findInPieces = (
  known: KnownSecrets,
  before: string,
): ((text: string) => { kind: string; isBegunIn(text: string): boolean }[]) => {
  const looks = disguises.map(({ of, spellings }) => {
    const then = of(before)
    const isNew = (spelling: string): boolean => !then.includes(spelling)
    const wanted = Object.entries(known).map(([name, value]) => ({ kind: kindOf(name), spellings: spellings(value).filter(isNew) }))
    return { of, wanted }
  })
  return (text) =>
    looks.flatMap(({ of, wanted }) => {
      const now = of(text)
      return wanted.flatMap(({ kind, spellings }) => {
        const found = spellings.find((spelling) => now.includes(spelling))
        return found === undefined ? [] : [{ kind, isBegunIn: (part) => of(part).includes(found.slice(0, 4)) }]
      })
    })
}
