/** What the value of an option must be: the fault in words, or undefined when it is well. Pure. */

export const oneOf =
  (name: string, allowed: readonly string[]) =>
  (text: string): string | undefined =>
    allowed.includes(text) ? undefined : `--${name} is "${text}", but must be one of ${allowed.join(', ')}`
export const number =
  (name: string, least: number, most: number) =>
  (text: string): string | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
      ? undefined
      : `--${name} is "${text}", but must be a whole number from ${least} to ${most}`
export const hash = (text: string): string | undefined =>
  /^[0-9a-f]{64}$/.test(text) ? undefined : '--hash must have 64 hexadecimal digits; "cortex plan" shows it'

export const twoNames = (text: string): string | undefined => {
  const names = text.split(',')
  const valid = names.length === 2 && names.every((name) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) && names[0] !== names[1]
  return valid ? undefined : `--agents is "${text}", but must be two different names with a comma between, such as claude,codex`
}

export const someScopes = (text: string): string | undefined =>
  /^(create|approve|operate|read)(,(create|approve|operate|read))*$/.test(text)
    ? undefined
    : `--scopes is "${text}", but must be some of create, approve, operate, read, with commas between`
