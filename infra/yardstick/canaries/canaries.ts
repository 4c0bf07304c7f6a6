import { randomInt } from 'node:crypto'
import type { Canary } from '../../../functions/verification/check-ports.ts'
import { kitsOfJavaScript } from './javascript.ts'
import type { Kit } from './kit.ts'
import { otherKits } from './others.ts'
import { kitsOfPython } from './python.ts'

/**
 * Tests that must fail, written as a file writes its own and with its assertions: a check that passes all the same does not hear them. Nobody
 * can have known the words of which they are made.
 */

const kits: readonly Kit[] = [...kitsOfJavaScript, ...kitsOfPython, ...otherKits]

/** A file that is longer than this many characters is data, or made by a program. */
const MOST_CHARACTERS = 512 * 1024

/** Whether tests can be added to this text and all else of it stay: bytes that are no UTF-8 were lost as it was read. Pure. */
export const takesCanaries = (text: string): boolean => text.length <= MOST_CHARACTERS && !text.includes('\uFFFD')

/** Letters, so that it is a name in every language. */
const randomWord = (): string => Array.from({ length: randomInt(9, 15) }, () => String.fromCharCode(97 + randomInt(26))).join('')

/** What can be added to a test file: a test for each way in which it compares, up to a few; none where nothing is known of how it is written. */
export function canariesIn(file: string, text: string, draw: () => string = randomWord): Canary[] {
  const kit = takesCanaries(text) ? kitOf(file, text) : undefined
  const said = kit?.says.exec(text)
  if (!kit || !said) return []
  return callsIn(kit, text).map((call) => {
    const [name, actual, expected] = [draw(), draw(), draw()]
    const quote = /\.[cm]?[jt]sx?$|\.rb$|\.php$/.test(file) && !prefersDouble(text) ? "'" : '"'
    const filled = (value: string): string =>
      kit.write(
        name,
        call.replaceAll(/\b[AE]\b/g, (sign) => `${quote}${sign === 'A' ? value : expected}${quote}`),
        text,
        said,
      )
    return { file, mark: expected, failing: filled(actual), passing: filled(expected) }
  })
}

/** The text of a file with these tests at the end of its own. Pure. */
export function withCanaries(file: string, text: string, tests: readonly string[]): string {
  const kit = kitOf(file, text)
  const at = kit?.place?.(text) ?? text.length
  const before = text.slice(0, at)
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${tests.join('')}${text.slice(at)}`
}

const kitOf = (file: string, text: string): Kit | undefined => kits.find((kit) => kit.files.test(file) && isSaid(kit, text))

const isSaid = ({ says, followedBy = [] }: Kit, text: string): boolean => {
  let rest = text
  return [says, ...followedBy].every((sign) => {
    const found = sign.exec(rest)
    if (found) rest = rest.slice(found.index + found[0].length)
    return found !== null
  })
}

const prefersDouble = (text: string): boolean => text.split('"').length > text.split("'").length

const callsIn = ({ assertions, otherwise, most }: Kit, text: string): string[] => {
  const used = assertions.flatMap(([sign, call]) =>
    [...text.matchAll(sign)].map(([, on = '', name = '']) => call.replace('$1', () => on).replace('$2', () => name)),
  )
  return used.length === 0 ? [otherwise] : [...new Set(used)].slice(0, most)
}
