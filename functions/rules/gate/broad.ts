import type { RuleLanguage } from '../rule-ports.ts'
import type { Formula } from './formula.ts'
import { isTrivial } from './regex-limits.ts'
import { meant, type Token, tokensOf } from './tokens.ts'

/** Words and signs that stand in so much code that they tell nothing. */
const common = new Set(
  [
    'return def function func fn class var let const if else elif for while do in of new public private protected static final',
    'void async await try catch finally import from package throw raise pass with as int String string Object type interface go defer',
    '( ) [ ] { } , ; : . = := => -> ?. :: + - * / % < > <= >= == === != !== && || ! ? & | @ +=',
  ]
    .join(' ')
    .split(/\s+/),
)

const isAnyText = ({ kind, text }: Token): boolean => kind === 'string' && /^\w{0,2}(["'])(\.\.\.)?\1$/.test(text)

const isWildcard = (token: Token): boolean => token.kind === 'metavariable' || isAnyText(token) || common.has(token.text)

/** An empty block or list, a handler that names no kind, a type, a text that is compared, or a part that must stand twice narrow a pattern as much as a name does. */
function isShaped(tokens: readonly Token[]): boolean {
  const code = tokens.map(({ text }) => text).join(' ')
  const named = tokens.filter(({ kind, text }) => kind === 'metavariable' && !text.includes('...') && text !== '$_').map(({ text }) => text)
  const statements = /\.\.\. [^.]|;/.test(code.replace(/\( [^()]*\)/g, '( )'))
  const isTwice = new Set(named).size < named.length && !statements
  return /\{ \}|= \[ \]|except :|catch \{|\( (?:String|int|float64|error) \$|[=!]= ["']\.\.\./.test(code) || isTwice
}

/** Whether a pattern says nothing but "any call", "any statement", "any value". Pure. */
export function isBroadPattern(text: string, language: RuleLanguage): boolean {
  const tokens = meant(tokensOf(text, language))
  return tokens.every(isWildcard) && !isShaped(tokens)
}

/** Whether a formula hits whatever there is: nothing in it that must be there tells one piece of code from another. Pure. */
export function isBroad(formula: Formula, language: RuleLanguage): boolean {
  switch (formula.kind) {
    case 'pattern':
    case 'inside':
      return isBroadPattern(formula.text, language)
    case 'any':
      return formula.of.some((branch) => isBroad(branch, language))
    case 'all':
      return formula.of.every((part) => isBroad(part, language))
    case 'regex':
      return isTrivial(formula.regex)
    case 'within':
      return isBroad(formula.of, language)
    default:
      return true // what must not be there, and where one looks
  }
}
