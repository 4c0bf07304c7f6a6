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

test('one code fence around the whole answer is no prose', () => {
  assert.equal(judge(`\`\`\`json\n${said({ approved: true })}\n\`\`\`\n`).kind, 'passed')
  assert.equal(judge(`\`\`\`\n${said({ approved: false, findings: [{ problem: 'no' }] })}\n\`\`\``).kind, 'rejected')
})

test('a remark that says of its criterion that there is none is a remark', () =>
  assert.equal(
    judge(
      said({
        approved: true,
        findings: [
          { problem: 'taste', criterion: 'None' },
          { problem: 'x', criterion: 'n/a' },
        ],
      }),
    ).kind,
    'passed',
  ))

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
  ['an approval that is quoted in prose', `The fixture ${said({ approved: true })} is part of the diff. I did not finish reading.`],
  ['an approval after prose', `I looked at it.\n\`\`\`json\n${said({ approved: true })}\n\`\`\``],
  ['a rejection in prose', `My verdict: ${said({ approved: false, findings: [{ problem: 'no' }] })}`],
  ['two objects', `${said({ approved: true })}\n${said({ approved: true })}`],
  ['an approval with an unmet criterion', said({ approved: true, findings: [{ criterion: 'whole cents', problem: 'it rounds down' }] })],
  ['an object that says more than the schema', said({ approved: true, tests_pass: false })],
  ['a list', said([{ approved: true }])],
  ['an object that says both', '{"approved": false, "approved": true}'],
  ['an object that says both in other signs', '{"\\u0061pproved": false, "approved": true}'],
  [
    'an object with two lists of findings',
    '{"approved": true, "findings": [{"criterion": "whole cents", "problem": "no"}], "findings": []}',
  ],
]
for (const [what, answer] of noVerdicts)
  test(`no verdict, and so no approval, is ${what}`, () => {
    const judged = judge(answer)
    assert.equal(judged.kind, 'unreadable')
    assert.ok(judged.kind === 'unreadable' && judged.reason.length > 0)
  })

test('an approval may speak of rejections in its remarks', () =>
  assert.equal(judge(said({ approved: true, findings: [{ problem: 'a test expects {"approved": false}' }] })).kind, 'passed'))
