import type { RuleLanguage } from '../rule-ports.ts'
import { declaredIn } from './declared.ts'
import { type Formula, partsOf, patternsOf } from './formula.ts'
import { meant, type Token, tokensOf } from './tokens.ts'

/** Something in a rule that may be the task's own, and so nothing that anybody else would write. */
export interface Tie {
  readonly name: string
  /** Whether it is none where the base knows it, too. */
  readonly unlessKnown: boolean
}

/** Words, addresses and places in a text are of one program; `md5`, `utf8`, `AES/ECB/PKCS5Padding` are of a library. */
const isOwnText = (text: string): boolean =>
  text.length > 40 || text.trim().split(/\s+/).length > 3 || /^\.{0,2}\/\w|:\/\/\w|\w\/[\w-]+\.\w{1,5}$|\d{4,}|@\w/.test(text)

const isCompound = (name: string): boolean => /[a-z][A-Z]|\w_\w/.test(name)

/**
 * Names and texts in a rule's patterns that tie it to the task: what the files that the task changed declare, names of those files, and texts
 * that are of one program. Pure.
 * @param taught the changed files, by path
 */
export function tiesOf(formula: Formula, taught: ReadonlyMap<string, string>, language: RuleLanguage): Tie[] {
  const declared = [...taught.values()].map((code) => declaredIn(code, language))
  const isValue = (name: string): boolean => declared.some(({ values }) => values.has(name))
  const isCallable = (name: string): boolean => declared.some(({ callables }) => callables.has(name))
  const stems = new Set([...taught.keys()].map((file) => file.replace(/^.*\//, '').replace(/\.\w+$/, '')).filter((stem) => stem.length > 3))
  const ties = patternsOf(formula).flatMap((pattern) => {
    const tokens = meant(tokensOf(pattern, language))
    const names = tokens.flatMap((token, at) =>
      token.kind === 'name' && !isKey(tokens, at) ? [{ name: token.text, isMember: isMember(tokens, at) }] : [],
    )
    return [
      ...names
        .filter(({ name, isMember }) => isCallable(name) || (!isMember && isValue(name)))
        .map(({ name }) => ({ name, unlessKnown: true })),
      ...textsIn(tokens).flatMap((text) => tiesOfText(text, stems)),
    ]
  })
  const regexes = partsOf(formula).flatMap((part) => (part.kind === 'regex' ? [part.regex] : []))
  const words = regexes.flatMap((regex) => regex.match(/[\p{L}_][\p{L}\p{N}_]{3,}/gu) ?? [])
  const tied = words.filter((word) => isCompound(word) && (isValue(word) || isCallable(word)))
  return [...new Map([...ties, ...tied.map((name) => ({ name, unlessKnown: true }))].map((tie) => [tie.name, tie])).values()]
}

/** The texts in quotation marks, also in the regex form of semgrep. */
const textsIn = (tokens: readonly Token[]): string[] =>
  tokens
    .filter(({ kind }) => kind === 'string')
    .map(({ text }) =>
      text
        .replace(/^\w{0,2}(["'`]{1,3})([\s\S]*)\1$/, '$2')
        .replaceAll('...', '')
        .replace(/^=~\//, ''),
    )

const tiesOfText = (text: string, stems: ReadonlySet<string>): Tie[] =>
  isOwnText(text) || stems.has(text.replace(/^.*\//, '').replace(/\.\w+$/, '')) ? [{ name: text, unlessKnown: false }] : []

const isMember = (tokens: readonly Token[], at: number): boolean => /^(\.|\?\.|::|->)$/.test(tokens[at - 1]?.text ?? '')

/** A field's or an argument's name is told by who reads it. */
const isKey = (tokens: readonly Token[], at: number): boolean =>
  /^[:=]$/.test(tokens[at + 1]?.text ?? '') && /^[,({]$/.test(tokens[at - 1]?.text ?? '')
