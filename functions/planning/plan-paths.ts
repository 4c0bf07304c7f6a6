import { plain } from '../../domain/words/plain.ts'

/** Why this names no place in the repository, in words that follow the name; undefined where it does. Pure. */
export const whyOutside = (file: string): string | undefined => {
  if (plain(file) !== file || /[\t\n]/.test(file)) return 'holds a sign that draws nothing'
  const read = asRead(file)
  const parts = read.split(/[/\\]/).map((part) => part.trim())
  if (/^\s*(?:[/\\~]|[a-z]:[/\\]|[a-z][a-z0-9+.-]*:\/\/|file:)/i.test(read)) return 'is no path in the repository'
  if (NAMES_VARIABLE.test(read)) return 'names a variable, and what is in it nobody knows'
  if (parts.includes('..')) return 'leads out of the repository'
  return parts.some((part) => GITS_OWN.test(part)) ? "is git's own" : undefined
}

/** Whether it names all there is (`.`, `**`): nothing that would be beside the plan. Pure. */
export const namesEverything = (file: string): boolean =>
  asRead(file)
    .split(/[/\\]/)
    .every((part) => /^[.*?{},\s]*$/.test(part))

/** As whoever is lenient reads it: letters of full width, dots of one sign, joiners and percent signs are the plain ones. */
const asRead = (file: string): string =>
  file
    .normalize('NFKC')
    .replace(/[\u200c\u200d]/g, '')
    .replace(/%(2e|2f|5c|7e)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** `$HOME/a`, `a/${x}`, `$(pwd)`, `%TEMP%\a`; a router's `$id.tsx` and a template's `${{ name }}` are names. */
const NAMES_VARIABLE = /^\s*(?:\$[A-Z_][A-Z0-9_]*|\$env:\w+|%\w+%)(?=[/\\]|\s*$)|\$(?:\{(?!\{)|\()/

/** Also as Windows and macOS read it: with dots, blanks or a stream behind it, or in its short name. */
const GITS_OWN = /^(?:\.git|git~\d+)[.\s]*(?::.*)?$/i
