import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBroadPattern } from '../../../../functions/rules/gate/broad.ts'
import { readFormula } from '../../../../functions/rules/gate/formula.ts'
import { faultsOfLimits } from '../../../../functions/rules/gate/limits.ts'
import { faultOfRegex, isTrivial } from '../../../../functions/rules/gate/regex-limits.ts'
import type { RuleLanguage } from '../../../../functions/rules/rule-ports.ts'

const patterns: readonly [language: RuleLanguage, broad: readonly string[], narrow: readonly string[]][] = [
  [
    'javascript',
    [
      '...',
      '$X',
      '$F(...)',
      '$O.$M(...)',
      '$X = $Y',
      '$X;',
      'return $X',
      'if ($C) { ... }',
      'const $X = await $Y',
      '$X + $Y',
      '"..."',
      '($A) => $B',
      '<... $X ...>',
    ],
    ['eval($X)', 'try { ... } catch ($E) {}', '$X == $Y', '$X = $X', '$O.innerHTML = $X', '$X === null', '$F("=~/md5|sha1/")'],
  ],
  [
    'python',
    ['$X = $Y', 'def $F(...): ...', '$F(...)', 'for $X in $Y: ...', 'try:\n  ...\nexcept $E:\n  ...'],
    ['def $F(..., $P=[], ...): ...', 'try:\n  ...\nexcept:\n  ...', 'assert $X'],
  ],
  ['go', ['$X := $Y', 'func $F(...) { ... }', 'defer $F(...)'], ['$X, _ := $F(...)', 'time.Sleep(...)']],
  ['java', ['$T $X = $Y;', 'this.$F = $V;', '$O.$M(...)'], ['(String $X) == (String $Y)', 'new Random(...)']],
]

test('a pattern that fits any call, statement or value is told from one that names something', () => {
  for (const [language, broad, narrow] of patterns) {
    assert.deepEqual(
      broad.filter((pattern) => !isBroadPattern(pattern, language)),
      [],
    )
    assert.deepEqual(
      narrow.filter((pattern) => isBroadPattern(pattern, language)),
      [],
    )
  }
})

test('a condition narrows a broad pattern unless it lets everything through', () => {
  const faults = (regex: string) =>
    faultsOfLimits(
      readFormula({ patterns: [{ pattern: '$F(...)' }, { 'metavariable-regex': { metavariable: '$F', regex } }] })!,
      'javascript',
    )
  assert.deepEqual(faults('^(eval|exec)$'), [])
  for (const regex of ['.*', '[a-z_]', '^(?!nothing).*', '(?i)[a-z]+']) assert.match(faults(regex).join(), /any call/, regex)
})

test('regexes that go back over a text again and again are refused, also within a text of a pattern', () => {
  for (const regex of ['(a+)+$', '(\\d+)*x', '.*m.*d.*5.*$', '((', '(?>a+)b']) assert.notEqual(faultOfRegex(regex), undefined, regex)
  for (const regex of ['^(md5|sha1)$', '(?i).*(token|secret)', '^[a-z]+Sync$', 'read\\w*'])
    assert.equal(faultOfRegex(regex), undefined, regex)
  assert.match(faultsOfLimits({ kind: 'pattern', text: 'createHash("=~/(a+)+$/")' }, 'javascript').join(), /again and again/)
  assert.deepEqual([isTrivial('.*'), isTrivial('(?i).*token')], [true, false])
})

test('sizes and counts are bounded', () => {
  const of = (text: string) => faultsOfLimits({ kind: 'pattern', text }, 'javascript').join()
  assert.match(of(`f(${'a'.repeat(1_000)})`), /characters/)
  assert.match(of(`f(${'..., '.repeat(11)})`), /"\.\.\."/)
  assert.match(of(`f(${Array.from({ length: 13 }, (_, at) => `$A${at}`).join(', ')})`), /metavariables/)
})
