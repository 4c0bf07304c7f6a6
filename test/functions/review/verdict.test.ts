import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from '../../../functions/review/verdict.ts'

const said = (verdict: unknown): string => JSON.stringify(verdict)

test('a clear yes approves', () => assert.deepEqual(judge(said({ approved: true, findings: [] })), { kind: 'passed', remarks: [] }))

test('a yes without the list of findings approves', () => assert.equal(judge(said({ approved: true })).kind, 'passed'))

test('what an approval remarks is kept and blocks nothing', () =>
  assert.deepEqual(
    judge(said({ approved: true, findings: [{ problem: 'a longer name', file: null, line: 3, criterion: '', suggestion: 'total' }] })),
    {
      kind: 'passed',
      remarks: [{ from: 'review', problem: 'a longer name', line: 3, suggestion: 'total' }],
    },
  ))

test('a no with a reason rejects with its findings', () =>
  assert.deepEqual(
    judge(said({ approved: false, findings: [{ criterion: 'whole cents', file: 'src/cart.js', line: 2, problem: 'it rounds down' }] })),
    {
      kind: 'rejected',
      findings: [{ from: 'review', criterion: 'whole cents', file: 'src/cart.js', line: 2, problem: 'it rounds down' }],
    },
  ))

test('a verdict is found in the prose or the fence around it', () => {
  assert.equal(judge(`I looked at it.\n\`\`\`json\n${said({ approved: true })}\n\`\`\`\n`).kind, 'passed')
  assert.equal(judge(`My verdict: ${said({ approved: false, findings: [{ problem: 'no' }] })}`).kind, 'rejected')
})

const noVerdicts: readonly [what: string, answer: string][] = [
  ['nothing', ''],
  ['praise', 'Looks good to me, approved!'],
  ['half of an object', '{"approved": true, "findings": ['],
  ['an approval in words', said({ approved: 'true' })],
  ['an approval as a number', said({ approved: 1 })],
  ['an empty object', '{}'],
  ['another key', said({ verdict: 'approved' })],
  ['findings that are no list', said({ approved: true, findings: 'none' })],
  ['a finding without a problem', said({ approved: true, findings: [{ file: 'a.js' }] })],
  ['a rejection without a reason', said({ approved: false, findings: [] })],
  [
    'a quoted approval before the real rejection',
    `The diff contains {"approved": true}. My verdict: ${said({ approved: false, findings: [{ problem: 'no' }] })}`,
  ],
  ['an object that says both', '{"approved": false, "approved": true}'],
]
for (const [what, answer] of noVerdicts)
  test(`no verdict, and so no approval, is ${what}`, () => {
    const judged = judge(answer)
    assert.equal(judged.kind, 'unreadable')
    assert.ok(judged.kind === 'unreadable' && judged.reason.length > 0)
  })

test('an approval may speak of rejections in its remarks', () =>
  assert.equal(judge(said({ approved: true, findings: [{ problem: 'a test expects {"approved": false}' }] })).kind, 'passed'))
