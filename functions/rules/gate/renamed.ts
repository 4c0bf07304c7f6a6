import type { RuleLanguage } from '../rule-ports.ts'
import { declaredIn } from './declared.ts'
import { meant, type Token, tokensOf } from './tokens.ts'

/** The same code in which all that it declares itself is called otherwise, and the names that were changed. Pure. */
export function renamedCopy(code: string, language: RuleLanguage): { code: string; names: string[] } {
  const { values, callables } = declaredIn(code, language)
  const names = new Set([...values, ...callables])
  return { code: renamed(code, language, names), names: [...names].sort() }
}

/** What is put behind a name: in front of it, a rule about all names that begin with `password` would miss it. */
const twin = (name: string): string => `${name}Twin`

function renamed(code: string, language: RuleLanguage, names: ReadonlySet<string>): string {
  const tokens = tokensOf(code, language)
  const spoken = meant(tokens)
  const open: { text: string; declares: boolean }[] = []
  let at = -1
  return tokens
    .map((token) => {
      if (token.kind === 'space' || token.kind === 'comment') return token.text
      at += 1
      if (token.kind === 'sign' && /^[([{]$/.test(token.text)) open.push({ text: token.text, declares: spoken[at - 2]?.text === 'def' })
      if (token.kind === 'sign' && /^[)\]}]$/.test(token.text)) open.pop()
      if (token.kind === 'string') return interpolated(token.text, language, names)
      return token.kind === 'name' && names.has(token.text) && !isOthers(spoken, at, open.at(-1), language) ? twin(token.text) : token.text
    })
    .join('')
}

/** Whether a name is a field, a key or an argument, which is called as who reads it wants it. */
function isOthers(
  spoken: readonly Token[],
  at: number,
  bracket: { text: string; declares: boolean } | undefined,
  language: RuleLanguage,
): boolean {
  const [before, after] = [spoken[at - 1]?.text ?? '', spoken[at + 1]?.text ?? '']
  const isMember = /^(\.|\?\.|::|->)$/.test(before) && !/^(this|self)$/.test(spoken[at - 2]?.text ?? '')
  const isKey = after === ':' && bracket?.text === '{' && language !== 'python'
  const isArgument = after === '=' && bracket?.text === '(' && language === 'python' && !bracket.declares
  return isMember || isKey || isArgument
}

/** Values in a text are code, too. */
function interpolated(text: string, language: RuleLanguage, names: ReadonlySet<string>): string {
  const holes =
    language === 'python' ? (/^[rb]?f/i.test(text) ? /\{[^{}]+\}/g : undefined) : text.startsWith('`') ? /\$\{[^{}]+\}/g : undefined
  return holes ? text.replace(holes, (hole) => hole.replace(/[^{}$]+/, (inner) => renamed(inner, language, names))) : text
}
