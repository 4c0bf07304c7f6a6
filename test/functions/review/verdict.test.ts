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

for (const problem of [
  'criterion 2 is not met: no test was added',
  'Looks fine. The second criterion has not been met yet, though.',
  "The acceptance criteria aren't fully satisfied",
  'Not all acceptance criteria are met',
  'No test covers it, so criterion 2 is not met',
  'This does not satisfy criterion 1',
  'Criterion 3 remains unmet',
  'criterion 2 is not really met',
  'Criteria 1 and 2 are met, criterion 3 NOT met',
  'Kriterium 2 ist leider nicht ganz erfüllt',
])
  test(`an approval whose remark says "${problem}" is no verdict`, () => {
    const judged = judge(said({ approved: true, findings: [{ problem }] }))
    assert.match(judged.kind === 'unreadable' ? judged.reason : judged.kind, /it approves, and says that a criterion is not met: /)
    assert.equal(judge(said({ approved: false, findings: [{ problem }] })).kind, 'rejected')
  })

for (const problem of [
  'criterion 2 is met, though not elegantly',
  'All criteria are met. The name is not ideal',
  'No criterion is not met',
  'Criterion 1: that it is met in other browsers was not looked at',
  'there are no unmet criteria; a longer name would help',
  'The criteria do not say what happens when a precondition is met',
  'the message "criterion is not met" could say which one',
  'The loop ends when the stop criterion is met, not before',
  'I first thought criterion 2 was not met, but it is',
  'Criterion 1 covers the case in which the precondition is not satisfied and is implemented',
  'Die Kriterien sind nicht nur erfüllt, sondern übertroffen',
  'Das Kriterium verlangt nicht mehr und ist erfüllt',
])
  test(`an approval may remark: ${problem}`, () =>
    assert.equal(judge(said({ approved: true, findings: [{ problem, criterion: 'N/A.' }] })).kind, 'passed'))

test('a remark without end is read to an end, whatever is repeated in it', () => {
  for (const words of ['not all criterion ', 'criterion not yet quickly ', 'kriterium nicht alle ', 'does not meet '])
    assert.equal(judge(said({ approved: true, findings: [{ problem: words.repeat(20_000) }] })).kind, 'passed')
})
