import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../../../../domain/fact.ts'
import { changeRoutes } from '../../../../gateway/surfaces/page/changes.ts'
import { created } from '../../../support/facts.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { factsOf } from '../../../support/stories.ts'

const given = () => {
  const listeners = new Set<(fact: Fact) => void>()
  const onFact = (listener: (fact: Fact) => void) => void listeners.add(listener)
  const gateway = givenGateway({ surfaces: [(app, around) => changeRoutes(app, around, { onFact })] })
  const happen = (): void => {
    for (const fact of factsOf([{ ...created(), id: 'task-1' }])) for (const listener of listeners) listener(fact)
  }
  return { ...gateway, happen }
}

const reader = (answer: Response) => {
  const lines = (answer.body ?? assert.fail('there is a body')).pipeThrough(new TextDecoderStream()).getReader()
  return { next: async () => (await lines.read()).value, leave: () => lines.cancel() }
}

test('a page hears once of all that happened while it was slow', async () => {
  const { ask, happen } = given()
  const fast = reader(await ask('/changes'))
  const slow = reader(await ask('/changes'))
  assert.match((await fast.next()) ?? '', /^: /)
  assert.match((await slow.next()) ?? '', /^: /)
  for (const _ of [1, 2]) {
    happen()
    assert.match((await fast.next()) ?? '', /^event: changed\n/)
  }
  assert.match((await slow.next()) ?? '', /^event: changed\n/)
  const later = slow.next()
  happen()
  assert.match((await later) ?? '', /^event: changed\n/)
  await Promise.all([fast.leave(), slow.leave()])
})

test('who only asks for the headers holds nothing', async () => {
  const answer = await given().ask('/changes', { method: 'HEAD' })
  assert.deepEqual([answer.status, answer.body, answer.headers.get('content-type')], [200, null, null])
})

test('every line ends when the server stops', async () => {
  const { ask, stopping } = given()
  const page = reader(await ask('/changes'))
  await page.next()
  const last = page.next()
  stopping.abort()
  assert.equal(await last, undefined)
})
