import type { RuleLanguage } from '../rule-ports.ts'

export interface Token {
  readonly kind: 'space' | 'comment' | 'string' | 'metavariable' | 'name' | 'number' | 'sign'
  readonly text: string
}

const slashes = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`
const hash = String.raw`#[^\n]*`
const comments: Readonly<Partial<Record<RuleLanguage, string>>> = { python: hash, ruby: hash, php: `${hash}|${slashes}` }
const quoted = String.raw`"(?:\\[\s\S]|[^"\\\n])*"|\x60(?:\\[\s\S]|[^\x60\\])*\x60`
const single = String.raw`'(?:\\[\s\S]|[^'\\\n])*'`
const strings: Readonly<Partial<Record<RuleLanguage, string>>> = {
  python: String.raw`[rbfuRBFU]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|${single})`,
  // An apostrophe is a lifetime there, too.
  rust: String.raw`"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\])'`,
}

const scanner = (language: RuleLanguage): RegExp =>
  new RegExp(
    [
      String.raw`(?<space>\s+)`,
      `(?<comment>${comments[language] ?? slashes})`,
      `(?<string>${strings[language] ?? `${quoted}|${single}`})`,
      String.raw`(?<metavariable>\$\.\.\.[A-Z_][A-Z_0-9]*|\$[A-Z_][A-Z_0-9]*(?![\p{L}\p{N}_])|\.\.\.)`,
      String.raw`(?<name>[\p{L}_$][\p{L}\p{N}_$]*)`,
      String.raw`(?<number>\d[\w.]*)`,
      String.raw`(?<sign>===|!==|==|!=|<=|>=|=>|:=|->|\?\.|::|&&|\|\||[\s\S])`,
    ].join('|'),
    'gu',
  )

/** Code, or a pattern of code, in pieces that make up the whole text. It is no parser: semgrep is. Pure. */
export const tokensOf = (code: string, language: RuleLanguage): Token[] =>
  [...code.matchAll(scanner(language))].map(({ 0: text, groups = {} }) => {
    const [kind = 'sign'] = Object.entries(groups).find(([, found]) => found !== undefined) ?? []
    return { kind: kind as Token['kind'], text }
  })

/** Without what says nothing to a machine. Pure. */
export const meant = (tokens: readonly Token[]): Token[] => tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment')
