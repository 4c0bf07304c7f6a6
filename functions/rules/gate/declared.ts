import type { RuleLanguage } from '../rule-ports.ts'
import { meant, type Token, tokensOf } from './tokens.ts'

/** Names that a piece of code brings along. */
export interface DeclaredNames {
  /** Variables and parameters. */
  readonly values: ReadonlySet<string>
  /** Functions, methods and types: they may also be told after a dot. */
  readonly callables: ReadonlySet<string>
}

/** Names that a language, its libraries or everybody's habit fix. */
const customary = new Set(
  [
    'self cls this super err error ctx args kwargs main init constructor exports module _ e ex default',
    'equals hashCode toString compareTo compare run call close apply accept get finalize clone next iterator',
    'Error String Close Read Write ServeHTTP Less Len Swap setUp tearDown render componentDidMount main_test handler',
  ]
    .join(' ')
    .split(/\s+/),
)
const keywords = new Set(
  [
    'if for while switch catch function return new throw else case import package instanceof extends implements await typeof in of do',
    'yield delete void def class lambda not and or is from as with elif except raise assert print public private protected static final',
    'func type struct interface map chan range go defer select var let const async get set fn mut pub use mod match impl end unless then',
  ]
    .join(' ')
    .split(/\s+/),
)
const opening = new Set(['(', '[', '{'])

/** Names declared in code: guessed from the pieces next to them, for a name too many or too few only changes what is renamed. Pure. */
export function declaredIn(code: string, language: RuleLanguage): DeclaredNames {
  const tokens = withoutImports(meant(tokensOf(code, language)), language)
  const values = new Set<string>()
  const callables = new Set<string>()
  const add = (to: Set<string>, names: readonly (string | undefined)[]): void => {
    for (const name of names) if (name && !customary.has(name) && !keywords.has(name) && !/^__.*__$/.test(name)) to.add(name)
  }
  tokens.forEach((token, at) => {
    const scene = { tokens, at, text: token.text, next: tokens[at + 1], before: tokens[at - 1] }
    add(callables, callablesAt(scene, language))
    add(values, valuesAt(scene, language))
  })
  return { values, callables }
}

interface Scene {
  readonly tokens: readonly Token[]
  readonly at: number
  readonly text: string
  readonly next: Token | undefined
  readonly before: Token | undefined
}

const isFor = (language: RuleLanguage, ...languages: RuleLanguage[]): boolean => languages.includes(language)
const nameOf = (token: Token | undefined): string | undefined => (token?.kind === 'name' ? token.text : undefined)

function callablesAt({ tokens, at, text, next, before }: Scene, language: RuleLanguage): (string | undefined)[] {
  if (/^(function|def|class|interface|enum|struct|record|fn|trait|type)$/.test(text))
    return [nameOf(next?.text === '*' ? tokens[at + 2] : next)]
  if (text === 'func') {
    const after = next?.text === '(' ? closing(tokens, at + 1) + 1 : at + 1
    return [nameOf(tokens[after])]
  }
  if (text !== '(' || !before || keywords.has(before.text)) return []
  const end = closing(tokens, at)
  const isBody = (from: number): boolean =>
    tokens
      .slice(from, from + 8)
      .some(({ text: sign }, index, some) => sign === '{' && !some.slice(0, index).some((one) => /^[;=}]|=>$/.test(one.text)))
  const isMethod =
    isFor(language, 'typescript', 'javascript', 'java', 'php') &&
    tokens[at - 2]?.text !== '.' &&
    /^[{:]|throws$/.test(tokens[end + 1]?.text ?? '')
  return isMethod && isBody(end + 1) && tokens[at - 2]?.text !== 'new' ? [nameOf(before)] : []
}

function valuesAt(scene: Scene, language: RuleLanguage): (string | undefined)[] {
  if (isFor(language, 'typescript', 'javascript')) return scriptValues(scene)
  if (isFor(language, 'python', 'ruby')) return pythonValues(scene)
  if (language === 'go') return goValues(scene)
  if (language === 'java') return javaValues(scene)
  return scene.text === 'let' || scene.text === 'mut' || scene.next?.text === '='
    ? [nameOf(scene.text === 'let' ? scene.next : scene.tokens[scene.at])]
    : []
}

function scriptValues({ tokens, at, text, next, before }: Scene): (string | undefined)[] {
  if (/^(const|let|var)$/.test(text)) {
    const end = next && opening.has(next.text) ? closing(tokens, at + 1) : at + 1
    const equals = tokens.slice(end, end + 12).findIndex((token) => token.text === '=')
    const from = tokens.slice(end + equals + 1, end + equals + 4).map((token) => token.text)
    if (equals >= 0 && /^(await )?(require|import) \(/.test(from.join(' '))) return []
    return end > at + 1 ? bound(tokens, at + 1, end) : [nameOf(next)]
  }
  if (text === '=>' || (text === 'catch' && next?.text === '(')) {
    if (text === 'catch') return bound(tokens, at + 1, closing(tokens, at + 1))
    return before?.text === ')' ? bound(tokens, opened(tokens, at - 1), at - 1) : [nameOf(before)]
  }
  const isBody = text === '(' && before?.kind === 'name' && !/^(if|for|while|switch|catch)$/.test(before.text)
  const end = isBody ? closing(tokens, at) : -1
  return isBody && /^[{:]$/.test(tokens[end + 1]?.text ?? '') && tokens[at - 2]?.text !== '.' ? bound(tokens, at, end) : []
}

function pythonValues({ tokens, at, text, next, before }: Scene): (string | undefined)[] {
  if (text === '(' && tokens[at - 2]?.text === 'def') return bound(tokens, at, closing(tokens, at))
  if (text === 'as' || text === 'for') return [nameOf(next), ...(tokens[at + 2]?.text === ',' ? [nameOf(tokens[at + 3])] : [])]
  if (text === 'lambda')
    return bound(
      tokens,
      at,
      tokens.findIndex((token, index) => index > at && token.text === ':'),
    )
  const name = nameOf(tokens[at])
  const isAssigned = name !== undefined && (next?.text === '=' || next?.text === ':=') && before?.text !== '.'
  return isAssigned && depthAt(tokens, at) === 0 ? [name] : []
}

function goValues({ tokens, at, text, next, before }: Scene): (string | undefined)[] {
  if (/^(var|const)$/.test(text)) return [nameOf(next)]
  if (text === ':=') return [nameOf(before), ...(tokens[at - 2]?.text === ',' ? [nameOf(tokens[at - 3])] : [])]
  const isParameters =
    text === '(' &&
    (before?.text === 'func' || tokens[at - 2]?.text === 'func' || (tokens[at - 2]?.text === ')' && tokens[at + 1]?.kind === 'name'))
  if (!isParameters || (tokens[at - 2]?.text === ')' && tokens[opened(tokens, at - 2) - 1]?.text !== 'func')) return []
  return bound(tokens, at, closing(tokens, at))
}

function javaValues({ tokens, at, text, next, before }: Scene): (string | undefined)[] {
  const isTyped = before !== undefined && ((before.kind === 'name' && !keywords.has(before.text)) || /^(>|\])$/.test(before.text))
  const isEnded = next !== undefined && /^(=|;|,|\)|:|->)$/.test(next.text)
  return isTyped && isEnded ? [nameOf(tokens[at])] : next?.text === '->' ? [text] : []
}

/** Names that stand first in a bracket, or after a comma in it. */
const bound = (tokens: readonly Token[], from: number, to: number): string[] =>
  tokens
    .slice(from + 1, to)
    .filter(
      ({ kind }, index) =>
        kind === 'name' &&
        /^([([{,*]|\*\*|\.\.\.|:|lambda)$/.test(tokens[from + index]?.text ?? '') &&
        tokens[from + index + 2]?.text !== '.',
    )
    .map(({ text }) => text)
    .filter(
      (name) =>
        !/^[A-Z]/.test(name) &&
        !/^(string|number|boolean|unknown|any|void|int|float|str|bool|dict|list|object|readonly|byte|error)$/.test(name),
    )

/** Brackets that are open before each piece, and after the last. */
const depthsOf = (tokens: readonly Token[]): number[] => {
  const depths = [0]
  for (const { kind, text } of tokens)
    depths.push(depths.at(-1)! + (kind !== 'sign' ? 0 : opening.has(text) ? 1 : /^[)\]}]$/.test(text) ? -1 : 0))
  return depths
}

const closing = (tokens: readonly Token[], open: number): number => {
  const depths = depthsOf(tokens.slice(open))
  const end = depths.findIndex((depth, index) => index > 0 && depth <= 0)
  return end < 0 ? tokens.length : open + end - 1
}

const opened = (tokens: readonly Token[], close: number): number => {
  const depths = depthsOf(tokens.slice(0, close + 1))
  return depths.slice(0, close + 1).findLastIndex((depth) => depth === depths[close + 1])
}

const depthAt = (tokens: readonly Token[], at: number): number => depthsOf(tokens.slice(0, at)).at(-1)!

/** What is imported was declared elsewhere. */
function withoutImports(tokens: readonly Token[], language: RuleLanguage): Token[] {
  if (!isFor(language, 'python')) return [...tokens]
  // A name that Python imports `as` another is the module's all the same.
  return tokens.filter((_, at) => {
    const line = tokens.slice(Math.max(0, at - 8), at).map(({ text }) => text)
    const from = line.lastIndexOf('import')
    return from < 0 || !/^(as|import)( \S+)?$/.test(line.slice(line.lastIndexOf('as')).join(' '))
  })
}
