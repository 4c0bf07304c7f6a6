import type { OptionCheck } from './command.ts'

/** What a word or the value of an option must be. Pure. */

export const oneOf =
  (...allowed: readonly string[]): OptionCheck =>
  (text) =>
    allowed.includes(text) ? undefined : `must be one of ${allowed.join(', ')}`

export const matching =
  (pattern: RegExp, must: string): OptionCheck =>
  (text) =>
    pattern.test(text) ? undefined : must

export const number =
  (least: number, most: number): OptionCheck =>
  (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? undefined : `must be a whole number from ${least} to ${most}`

export const twoNames: OptionCheck = (text) => {
  const names = text.split(',')
  const valid = names.length === 2 && names.every((name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) && names[0] !== names[1]
  return valid ? undefined : 'must be two different names with a comma between, such as claude,codex'
}

export const someOf =
  (...allowed: readonly string[]): OptionCheck =>
  (text) =>
    text.split(',').every((one) => allowed.includes(one)) ? undefined : `must be some of ${allowed.join(', ')}, with commas between`
