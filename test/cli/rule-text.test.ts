import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exported, rulesText, ruleText } from '../../cli/rule-text.ts'

const rule = {
  name: 'chum-no-buffer-012345',
  rule: 'forge-0123456789abcdef',
  project: 'shop',
  state: 'enforced',
  reason: 'it is right',
  by: 'ada',
  message: 'new Buffer shows\nwhat was in memory.',
  language: 'javascript',
  lesson: 'lesson-0123456789abcdef',
  task: 'task-1',
  base_hits: 0,
}
const whole = {
  ...rule,
  yaml: 'rules:\n  - id: chum\u001b[31m-no-buffer',
  bad: 'new Buffer(a)\n',
  good: 'Buffer.from(a)\n',
  proof: [{ check: 'hits-bad', passed: true, evidence: 'it hits line 1' }],
  trials: [{ task: 'task-2', trial: 'mended', at: '2026-01-01T09:00:00.000Z' }],
}

test('a rule takes two lines of the list, whatever its message says', () => {
  assert.equal(rulesText([rule]), 'chum-no-buffer-012345\n    enforced, javascript in shop: new Buffer shows what was in memory.')
  assert.match(rulesText([], 'shop'), /^no rules in project "shop" yet/)
})

test('one rule is told with who says what of it, its examples, what proved it and what came of it', () => {
  const text = ruleText(whole, '2026-01-01T10:00:00.000Z')
  for (const part of [
    'state     enforced: what it finds in new lines blocks',
    'because   it is right (ada)',
    'made of   lesson-0123456789abcdef, from task-1',
    '  new Buffer(a)',
    '  hits-bad: it hits line 1',
    '  task-2: found something, which was mended, 60 min ago',
  ])
    assert.ok(text.includes(part), `${part}\n---\n${text}`)
  assert.ok(!text.includes('\u001b'))
  assert.match(ruleText({ ...whole, base_hits: 2, trials: [] }, whole.trials[0]!.at), /had it in 2 places[\s\S]*no task yet/)
})

test('exported rules are one file; those that block are errors', () => {
  const yaml = (id: string): string => `rules:\n  - id: ${id}\n    severity: WARNING\n    pattern: x(...)\n`
  assert.equal(
    exported([
      { yaml: yaml('a'), state: 'enforced' },
      { yaml: yaml('b'), state: 'probation' },
    ]),
    'rules:\n  - id: a\n    severity: ERROR\n    pattern: x(...)\n  - id: b\n    severity: WARNING\n    pattern: x(...)',
  )
})
