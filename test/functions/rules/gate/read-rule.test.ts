import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRule } from '../../../../functions/rules/gate/read-rule.ts'

const rule = (more: string) =>
  `rules:\n  - id: no-eval\n    message: eval runs anything.\n    languages: [ts, javascript]\n    severity: ERROR\n${more}`
const read = (text: string) => readRule({ language: 'typescript', rule: text, bad: 'eval(x)', good: 'f(x)' })

test('one rule in plain YAML is read, with its languages by their own names', () => {
  const { rule: found, faults } = read(rule('    pattern: eval($X)\n'))
  assert.deepEqual(faults, [])
  assert.deepEqual(found?.languages, ['typescript', 'javascript'])
  assert.deepEqual(found?.formula, { kind: 'pattern', text: 'eval($X)' })
})

test('everything that a rule may not say is told by name', () => {
  const strange: readonly [string, RegExp][] = [
    ['    pattern: f(...)\n    fix: g()\n', /"fix".*rewrite/],
    ['    pattern: f(...)\n    paths: {include: [a]}\n', /"paths".*places/],
    ['    mode: taint\n    pattern: f(...)\n', /"mode".*patterns/],
    ['    pattern-regex: a+\n', /"pattern-regex"/],
    ['    pattern: f(...)\n    patterns: [{pattern: g(...)}]\n', /exactly one/],
    ['    patterns:\n      - pattern: f(...)\n        pattern-not: g(...)\n', /exactly one/],
    ['    patterns:\n      - semgrep-internal: x\n', /"semgrep-internal"/],
    ['    patterns:\n      - metavariable-regex: {metavariable: $X, regex: a, more: b}\n', /may not say more/],
    ['    patterns:\n      - metavariable-comparison: {comparison: "re.match(\'a\', $X)"}\n', /compare numbers/],
    ['    pattern: &a f(...)\n', /anchors/],
    ['    pattern: !!js/function f(...)\n', /no plain YAML/],
    ['    pattern: f(...)\n---\nrules: []\n', /no plain YAML/],
  ]
  for (const [more, told] of strange) {
    const { rule: found, faults } = read(rule(more))
    assert.equal(found, undefined, more)
    assert.match(faults.join('; '), told)
  }
})

test('a rule for another language, and examples that say nothing, are refused', () => {
  const text = rule('    pattern: f(...)\n')
  assert.match(readRule({ language: 'go', rule: text, bad: 'a', good: 'b' }).faults.join(), /languages must be go/)
  assert.match(readRule({ language: 'typescript', rule: text, bad: 'a', good: ' ' }).faults.join(), /good example is empty/)
  assert.match(readRule({ language: 'typescript', rule: text, bad: 'a', good: 'a\n' }).faults.join(), /the same/)
})
