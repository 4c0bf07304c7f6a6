import type { Kit } from './kit.ts'

const files = /\.[cm]?[jt]sx?$/
const on = String.raw`(?<![\w$.])((?:t\.)?assert\w{0,10}|t|should)`

const assertions: Kit['assertions'] = [
  [
    new RegExp(String.raw`${on}\.(equals?|is|same|eq|strictEqual|deepEqual|deepStrictEqual|deepEquals?|strictEquals?)\(`, 'g'),
    '$1.$2(A, E)',
  ],
  [new RegExp(String.raw`${on}\.(ok|true|isTrue)\(`, 'g'), '$1.$2(A.includes(E), E)'],
  [new RegExp(String.raw`${on}\.(not(?:Strict|Deep|DeepStrict)?Equal)\(`, 'g'), '$1.$2(A.includes(E), false, E)'],
  [new RegExp(String.raw`${on}\.(match)\(`, 'g'), '$1.$2(A, new RegExp(E))'],
  [/(?<![\w$.])(assert)()\(/g, '$1(A.includes(E), E)'],
  [/\{[^{}]{0,200}?\b()((?:deep)?(?:Strict|strict)?[eE]qual)\b[^{}]{0,200}\}[^'"`\n]{0,40}['"](?:node:)?assert\b/g, '$2(A, E)'],
  [/(?<![\w$.])(expect)\([\s\S]{0,400}?\)\s{0,80}\.(toBe|toEqual|toStrictEqual|toContain|toMatch)\(/g, '$1(A).$2(E)'],
  [/(?<![\w$.])(expect)\([\s\S]{0,400}?\)\s{0,80}\.(to\.(?:deep\.)?(?:equal|eql|eq))\(/g, '$1(A).$2(E)'],
]

/** The signs with which a file writes: its quotes, the end of its statements, its indentation. */
const signsOf = (text: string) => ({
  quote: text.split("'").length >= text.split('"').length ? "'" : '"',
  end: /;\r?$/m.test(text) ? ';' : '',
  indent: /^\t/m.test(text) ? '\t' : /^ {4}\S/m.test(text) && !/^ {2}\S/m.test(text) ? '    ' : '  ',
})

/** `test('name', () => {…})` of node:test, vitest, jest, mocha, bun and their like. */
const ofRunner: Kit = {
  files,
  says: /(?:^|[{;])[ \t]{0,40}(?:await )?(test|it|specify|Deno\.test)(?:\.\w{1,20})?\(\s{0,80}['"`]/m,
  assertions,
  otherwise: 'if (!A.includes(E)) throw new Error(E)',
  most: 3,
  write: (name, call, text, [, callee]) => {
    const { quote, end, indent } = signsOf(text)
    const isGiven = /(?<![\w$.])t\./.test(call)
    const lines = [call, ...(isGiven && /\bt\.end\(\)/.test(text) ? ['t.end()'] : [])].map((line) => `${indent}${line}${end}\n`)
    return `\n${callee}(${quote}${name}${quote}, (${isGiven ? 't' : ''}) => {\n${lines.join('')}})${end}\n`
  },
}

/** A program that compares as it goes, and says by its end how that went. */
const script: Kit = {
  files,
  says: /(?<![\w$.])assert\w{0,10}(?:\.\w{1,20})?\(|\bprocess\.exit(?:Code)?\b/,
  assertions,
  otherwise: 'if (!A.includes(E)) throw new Error(E)',
  most: 1,
  write: (_, call, text) => `\n${call}${signsOf(text).end}\n`,
}

export const kitsOfJavaScript: readonly Kit[] = [ofRunner, script]
