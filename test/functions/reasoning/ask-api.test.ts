import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelApi } from '../../../functions/ports.ts'
import askApi from '../../../functions/reasoning/ask-api.ts'
import { cancelled, created, fact, planning, requested, usage } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'

type Question = Parameters<typeof requested>[0]
type Input = Parameters<ModelApi['ask']>[0]
const asked = (more: Question = {}) => fact('api.asked', { ...requested(more).data, job: 'job-1', lane: 'api' })

test('the endpoint is asked once, with prompt, pictures and the schema of the answer', async () => {
  const seen: Input[] = []
  const ask: ModelApi['ask'] = async (input) => {
    seen.push(input)
    input.onText?.('thin')
    return { ok: true, text: 'the plan', model: 'm2', usage }
  }
  const run = given(planning())
    .when(asked({ images: [blobOf('a picture', 'image/png')] }), { services: { model: { ask } } })
    .of(askApi)
  await run.then('plan.answered', { job: 'job-1', lane: 'api', model: 'm2', answer: blobOf('the plan'), usage })
  assert.deepEqual(
    [seen[0]?.prompt, seen[0]?.images.length, seen[0]?.timeoutMs, typeof seen[0]?.schema],
    ['plan this', 1, 300_000, 'object'],
  )
  assert.deepEqual((await run.outcome()).lines, ['model: thin'])
})

test('a free answer has no schema', async () => {
  const seen: Input[] = []
  const ask: ModelApi['ask'] = async (input) => {
    seen.push(input)
    return { ok: true, text: '42', model: 'm2', usage }
  }
  await given(created())
    .when(asked({ purpose: 'answer', schema: undefined }), { services: { model: { ask } } })
    .of(askApi)
    .then('answer.answered')
  assert.equal(seen[0]?.schema, undefined)
})

for (const [cls, retryable] of [
  ['retryable', true],
  ['timeout', true],
  ['permanent', false],
] as const)
  test(`an endpoint that fails as ${cls} has not answered, and ${retryable ? 'may' : 'may not'} be asked again`, () =>
    given(planning())
      .when(asked(), { services: { model: { ask: async () => ({ ok: false, class: cls, reason: 'it answered 503' }) } } })
      .of(askApi)
      .then('plan.unanswered', { code: cls, retryable, reason: 'it answered 503', lane: 'api', request: { purpose: 'plan' } }))

test('any other error is tried again', () =>
  given(planning())
    .when(asked(), { services: { model: { ask: () => Promise.reject(new Error('broken')) } } })
    .of(askApi)
    .thenThrows(/broken/))

test('nothing is asked for a task that has ended', () => given(planning(), cancelled()).when(asked()).of(askApi).thenEnded())
