import { randomBytes } from 'node:crypto'

/** How a step (`cortex approve task-1`) is typed where its reader is. */
export type Typed = (step: string) => string

/** Sixteen of the signs that Unicode keeps for a program's own use: they mean nothing elsewhere and draw nothing. */
const inSigns = (hex: string): string => hex.replace(/[0-9a-f]/g, (digit) => String.fromCharCode(0xfde0 + Number.parseInt(digit, 16)))
const MARK_FORM = /^[0-9a-f]{32}$/

/** What this process marks its next steps with, drawn anew by each: nobody outside can have said it. In hexadecimal digits. */
export const OWN_MARK = randomBytes(16).toString('hex')
/** Who asks a micro service says here with what the steps of its answer shall be marked; for others they stand plainly. */
export const MARK_HEADER = 'Cortex-Step-Mark'
const MARK = inSigns(OWN_MARK)
const [HERE, IN_CHAT, END] = ['\uFDD0', '\uFDD1', '\uFDD2']
const MARKED = new RegExp(`${MARK}([${HERE}${IN_CHAT}])(.*?)${END}${MARK}`, 'gs')

const markedAs = (kind: string, step: string): string => `${MARK}${kind}${step}${END}${MARK}`

/** A next step in a sentence: `cortex`, and what to say to it on the system's machine (`resume review`). Pure. */
export const step = (rest: string): string => markedAs(HERE, `cortex ${rest}`)

/** The same where a chat has the word, too: there `approve task-1` is said without `cortex`. Pure. */
export const chatStep = (rest: string): string => markedAs(IN_CHAT, `cortex ${rest}`)

/** Words in which the next steps, and nothing else, are as they are typed where they are read. Pure. */
export const withSteps = (words: string, typed: Typed): string =>
  words.includes(MARK) ? words.replace(MARKED, (_marked, _kind, said: string) => typed(said)) : words

/** The same for a chat, where some steps are a word to us; the others are typed on the system's machine. Pure. */
export const withChatSteps = (words: string, typed: Typed): string =>
  words.includes(MARK)
    ? words.replace(MARKED, (_marked, kind: string, said: string) => (kind === IN_CHAT ? said.replace(/^cortex /, '') : typed(said)))
    : words

/** The same where a page has a button for what a chat has a word for: a sentence that leads to such a step ends before it. Pure. */
export const withButtons = (words: string): string =>
  words.includes(MARK) ? words.replace(new RegExp(`: ${MARK}${IN_CHAT}.*?${END}${MARK}`, 'gs'), '') : words

/** Words with their steps as they stand, for who knows nothing of marks. Pure. */
export const plainly = (words: string): string => withSteps(words, String)

/** Where in plain words a step stands. */
export interface StepPlace {
  readonly at: number
  readonly length: number
  readonly inChat?: true | undefined
}

/** Words without marks, and where their steps stand. Pure. */
export const stepPlacesIn = (words: string): { plain: string; places: StepPlace[] } => {
  let before = 0
  const places = [...words.matchAll(MARKED)].map(({ 0: marked, 1: kind, 2: said = '', index }) => {
    const at = index - before
    before += marked.length - said.length
    return { at, length: said.length, ...(kind === IN_CHAT ? { inChat: true as const } : {}) }
  })
  return { plain: plainly(words), places }
}

/** Plain words with the steps at these places marked; a place where none stands (any more) is passed over. Pure. */
export const markedAt = (plain: string, places: readonly StepPlace[]): string =>
  places.toReversed().reduce((words, { at, length, inChat }) => {
    const said = plain.slice(at, at + length)
    return said.startsWith('cortex ') ? words.slice(0, at) + markedAs(inChat ? IN_CHAT : HERE, said) + words.slice(at + length) : words
  }, plain)

/** At most so many of the signs that are read, with one where something is left out; a step that has no room is left out as a whole. Pure. */
export const cutTo = (words: string, length: number): string => {
  if (plainly(words).length <= length) return words
  let [end, left] = [0, Math.max(0, length - 1)]
  for (const { 0: marked, 2: said = '', index } of words.matchAll(MARKED)) {
    if (index - end + said.length > left) return `${words.slice(0, Math.min(index, end + left))}…`
    left -= index - end + said.length
    end = index + marked.length
  }
  return `${words.slice(0, end + left)}…`
}

/** Words as another process marks them, which said its mark in hexadecimal digits; plainly where it said none. Pure. */
export const markedFor = (words: string, mark: string): string => {
  if (!words.includes(MARK)) return words
  return MARK_FORM.test(mark) ? words.replaceAll(MARK, inSigns(mark)) : plainly(words)
}
