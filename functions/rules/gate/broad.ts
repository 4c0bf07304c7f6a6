import type { RuleLanguage } from '../rule-ports.ts'
import type { Formula } from './formula.ts'
import { isTrivial, regexInText } from './regex-limits.ts'
import { meant, type Token, tokensOf } from './tokens.ts'

/** Words and signs that stand in so much code that they tell nothing. */
const common = new Set(
  [
    'return def function func fn class var let const if else elif for while do in of new public private protected static final',
    'void async await try catch except finally import from package throw raise pass with as int String string Object type interface go defer',
    'export default self this err len number boolean bool double long char range yield break continue switch case lambda module',
    '( ) [ ] { } , ; : . = := => -> ?. :: + - * / % < > <= >= == === != !== && || ! ? & | @ +=',
  ]
    .join(' ')
    .split(/\s+/),
)

const isAnyText = ({ kind, text }: Token): boolean => {
  const regex = regexInText(text)
  return kind === 'string' && (regex === undefined ? /^\w{0,2}(["'`])(\.\.\.)?\1$/.test(text) : isTrivial(regex))
}

/** Where there is a better sign for it, comparing in that way is a mistake of its own. */
const isLoose = ({ text }: Token, language: RuleLanguage): boolean => /script$/.test(language) && /^[!=]=$/.test(text)

const isWildcard = (token: Token, language: RuleLanguage): boolean =>
  token.kind === 'metavariable' || isAnyText(token) || (common.has(token.text) && !isLoose(token, language))

/** An empty block or list, a handler that names no kind, a type, a text that is compared, or a part that must stand twice narrow a pattern as much as a name does. */
function isShaped(tokens: readonly Token[]): boolean {
  const code = tokens.map(({ text }) => text).join(' ')
  const named = tokens.filter(({ kind, text }) => kind === 'metavariable' && !text.includes('...') && text !== '$_').map(({ text }) => text)
  const statements = /\.\.\. [^.]|;/.test(code.replace(/\( [^()]*\)/g, '( )'))
  const isTwice = new Set(named).size < named.length && !statements
  return /\{ \}|= \[ \]|except :|catch \{|\( (?:String|int|float64|error) \$\w+ \) [=!]=|[=!]= ["']\.\.\./.test(code) || isTwice
}

/** Whether a pattern says nothing but "any call", "any statement", "any value". Pure. */
export function isBroadPattern(text: string, language: RuleLanguage): boolean {
  const tokens = meant(tokensOf(text, language))
  return tokens.every((token) => isWildcard(token, language)) && !isShaped(tokens)
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
