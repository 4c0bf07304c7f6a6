import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { form, givenPage, hostile } from '../../../support/page-world.ts'

test('a part of the system that cannot be told leaves the others on the page', async () => {
  const away = async (): Promise<never> => {
    throw new RequestFault(503, ['the bus is away'])
  }
  const { world, gateway } = givenPage({ more: { functions: away } })
  world.letters.push({
    number: 3,
    function: 'notify',
    id: 'task-1',
    subject: 's',
    at: '2026-01-01T10:00:00.000Z',
    reason: hostile,
    attempts: 5,
    needsHuman: false,
    redrives: 0,
  })
  const answer = await gateway.ask('/system')
  const text = await answer.text()
  assert.equal(answer.status, 200)
  assert.match(text, /the bus is away/)
  assert.match(text, /Redrive dead letter 3/)
  assert.ok(!text.includes('<img'))
})

test('functions are paused and resumed, and dead letters shown and sent again', async () => {
  const { world, gateway } = givenPage()
  world.functions.push({
    name: 'write-code',
    pending: 2,
    in_flight: 0,
    redelivered: 0,
    concurrency: 4,
    running: [],
    why: '2 are on their way to it',
  })
  world.letters.push({
    number: 3,
    function: 'notify',
    id: 'task-1',
    subject: 's',
    at: '2026-01-01T10:00:00.000Z',
    reason: 'no',
    attempts: 5,
    needsHuman: false,
    redrives: 0,
  })
  assert.equal((await gateway.ask('/system/functions/write-code/pause', form({}))).headers.get('location'), '/system?done=paused')
  assert.match(await (await gateway.ask('/system')).text(), /Resume write-code/)
  assert.equal((await gateway.ask('/system/functions/write-code/resume', form({}))).status, 303)
  assert.equal((await gateway.ask('/system/dead/3/redrive', form({}))).headers.get('location'), '/system?done=redriven')
  assert.equal((await gateway.ask('/system/functions/nobody/pause', form({}))).status, 404)
  assert.ok(!(await (await gateway.ask('/system/dead/3')).text()).includes('<script>1'))
})
