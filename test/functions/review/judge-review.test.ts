import { test } from 'node:test'
import judgeReview from '../../../functions/review/judge-review.ts'
import { answered, attempt, cancelled, created, found, reviewing, routed, unavailable } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const verdict = (approved: boolean, ...problems: string[]): string =>
  JSON.stringify({ approved, findings: problems.map((problem) => ({ problem })) })

test('an approval passes the round', () =>
  given(reviewing())
    .when(answered('review', verdict(true), 'codex'))
    .of(judgeReview)
    .then('review.passed', { attempt: attempt(), reviewer: 'codex', remarks: [] }))

test('a rejection carries its findings', () =>
  given(reviewing())
    .when(answered('review', verdict(false, 'it rounds down'), 'codex'))
    .of(judgeReview)
    .then('review.rejected', { findings: [found('it rounds down')] }))

test('an answer that is no verdict is never an approval', () =>
  given(reviewing())
    .when(answered('review', 'All fine!', 'codex'))
    .of(judgeReview)
    .then('review.unavailable', { reviewer: 'codex', reason: /no JSON object/ }))

test('the round goes on under the name of the reviewer that answered', () =>
  given(reviewing(), unavailable('codex'))
    .when(answered('review', verdict(false, 'no'), 'gemini'))
    .of(judgeReview)
    .then('review.rejected', { attempt: attempt({ reviewer: 'gemini' }), reviewer: 'gemini' }))

test('a verdict about a task that has ended decides nothing', () =>
  given(reviewing(), cancelled())
    .when(answered('review', verdict(true), 'codex'))
    .of(judgeReview)
    .thenEnded())

test('a verdict where there was no round decides nothing', () =>
  given(created(), routed())
    .when(answered('review', verdict(true)))
    .of(judgeReview)
    .thenNothing())
