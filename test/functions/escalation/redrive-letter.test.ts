import assert from 'node:assert/strict'
import { test } from 'node:test'
import redriveLetter from '../../../functions/escalation/redrive-letter.ts'
import { created, doubtApproved, doubted, escalated, fact, reviewing } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const resumedFor = async (letter?: number): Promise<number[]> => {
  const sent: number[] = []
  const deadLetters = { redrive: async (number: number) => void sent.push(number) }
  await given(created(), escalated('it gave up', 'function_failed'))
    .when(fact('task.resumed', { by: 'ada', channel: 'cli', function: 'write-code', letter }), {
      services: { deadLetters },
      now: '2026-02-01T00:00:00.000Z',
    })
    .of(redriveLetter)
    .then('task.overdue', { since: /^2026-01-01T10:00:0/ }, { at: '2026-02-21T00:00:00.000Z' })
  return sent
}

test('the letter for which a task was opened again is sent', async () => assert.deepEqual(await resumedFor(7), [7]))

test('a task whose change of the tests was approved is overdue as late as a new one', () =>
  given(reviewing(), doubted())
    .when(doubtApproved(), { now: '2026-02-01T00:00:00.000Z' })
    .of(redriveLetter)
    .then('task.overdue', {}, { at: '2026-02-21T00:00:00.000Z' }))

test('a task that an older version opened again had its letter sent by whoever asked', async () => assert.deepEqual(await resumedFor(), []))
