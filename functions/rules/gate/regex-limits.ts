import { isSafePattern } from 'redos-detector'

const LONGEST = 200

/** What a metavariable may stand for, by kind. */
const tried: readonly (readonly string[])[] = [
  ['a', 'x1', 'Qzxv', 'data', 'resultOf', 'LIMIT', 'user_id', 'i'],
  ['"text"', "'a b'", '"/x"', '""', '"Qz"', '"1"'],
  ['a.b(c)', 'f()', 'x + 1', '[q]', '{}', '0', 'await g(x)'],
]

/** A regex of a rule in the notation that the library reads. Semgrep holds it against the beginning of the text. */
const plain = (regex: string): { pattern: string; caseInsensitive: boolean } => {
  const pattern = regex.replace(/^\^?\(\?[ims]+\)/, '')
  return { pattern: pattern.startsWith('^') ? pattern : `^(?:${pattern})`, caseInsensitive: pattern !== regex }
}

/** The regex that a text of a pattern is, in semgrep's notation (`"=~/a|b/"`); undefined for any other. Pure. */
export const regexInText = (text: string): string | undefined => /^["'`]=~\/([\s\S]*)\/[a-z]*["'`]$/.exec(text)?.[1]

/** What makes a regex one that may not run; undefined where it may. Pure. */
export function faultOfRegex(regex: string): string | undefined {
  if (regex.length > LONGEST) return `a regex has ${regex.length} characters, more than ${LONGEST}`
  const shown = `the regex ${regex.slice(0, 60)}`
  try {
    const { safe } = isSafePattern(plain(regex).pattern, {
      caseInsensitive: plain(regex).caseInsensitive,
      maxSteps: 20_000,
      timeout: 1_000,
    })
    return safe ? undefined : `${shown} goes back over a text again and again: say it without repetitions that can share signs`
  } catch {
    return `${shown} is none, or needs more than plain regexes can say`
  }
}

/** Whether a regex that may run lets nearly every name, text or other value through. Pure. */
export function isTrivial(regex: string): boolean {
  const { pattern, caseInsensitive } = plain(regex)
  const compiled = new RegExp(pattern, caseInsensitive ? 'i' : '')
  return tried.some((texts) => texts.filter((text) => compiled.test(text)).length > texts.length / 2)
}
