import { test } from 'node:test'
import judgeReview from '../../../functions/review/judge-review.ts'
import {
  answered,
  attempt,
  BASE,
  cancelled,
  created,
  found,
  HEAD,
  rejected,
  reviewed,
  reviewing,
  round,
  routed,
  TREE,
  unavailable,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { gitWith } from '../../support/stubs.ts'

const services = { git: gitWith() }

const verdict = (approved: boolean, ...problems: string[]): string =>
  JSON.stringify({ approved, findings: problems.map((problem) => ({ problem })) })

const [asked] = reviewed('')

test('an approval passes the round', () =>
  given(reviewing(), asked)
    .when(reviewed(verdict(true))[1], { services })
    .of(judgeReview)
    .then('review.passed', { attempt: attempt(), reviewer: 'codex', remarks: [] }))

test('an approval says which commit and tree it is about, and keeps the verdict', () =>
  given(reviewing(), asked)
    .when(reviewed(verdict(true))[1], { services })
    .of(judgeReview)
    .then('review.passed', { saw: { sha: HEAD, tree: TREE }, verdict: blobOf(verdict(true)) }))

test('a verdict about a head that was written anew meanwhile approves nothing', () => {
  const [late, answer] = reviewed(verdict(true), 'codex', BASE)
  return given(reviewing(), rejected(), round(), written(), late).when(answer, { services }).of(judgeReview).thenNothing()
})

test('an answer to a question that nobody asked is no verdict', () =>
  given(reviewing())
    .when(answered('review', verdict(true), 'codex'), { services })
    .of(judgeReview)
    .then('review.unavailable', { reviewer: 'codex', reason: /nobody asked/ }))

test('a rejection carries its findings', () =>
  given(reviewing(), asked)
    .when(reviewed(verdict(false, 'it rounds down'))[1])
    .of(judgeReview)
    .then('review.rejected', { findings: [found('it rounds down')] }))

test('an answer that is no verdict is never an approval', () =>
  given(reviewing(), asked)
    .when(reviewed('All fine!')[1])
    .of(judgeReview)
    .then('review.unavailable', { reviewer: 'codex', reason: /not one JSON object/ }))

test('the round goes on under the name of the reviewer that answered', () =>
  given(reviewing(), unavailable('codex'), asked)
    .when(reviewed(verdict(false, 'no'), 'gemini')[1])
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
