import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atTheGate, baseBroken, created, drafted, fact, opened, routed, started } from '../../../support/facts.ts'
import { givenPage } from '../../../support/page-world.ts'

test('an open task says in the list why it waits, and an ended one why it ended', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-gate', atTheGate())
  world.tell(
    'task-gone',
    created({ title: 'Not any more' }),
    fact('task.cancelled', { by: 'ada', channel: 'cli', reason: 'nobody wants it' }),
  )
  const text = await (await gateway.ask('/')).text()
  assert.match(text, /waits for a person to approve plan [0-9a-f]{8}/)
  assert.match(text, /nobody wants it/)
})

test('a list of many open tasks takes one call of the system', async () => {
  const calls: string[] = []
  const { world, gateway } = givenPage()
  for (const id of Array.from({ length: 50 }, (_, n) => `task-${n}`)) world.tell(id, atTheGate())
  for (const [name, call] of Object.entries(world.operations))
    Object.assign(world.operations, {
      [name]: (input: never) => {
        calls.push(name)
        return call(input)
      },
    })
  const text = await (await gateway.ask('/')).text()
  assert.equal(text.match(/waits for a person to approve plan/g)?.length, 50)
  assert.deepEqual(calls, ['list'])
})

test('lists are filtered and paged by address', async () => {
  const wishes: unknown[] = []
  const row = (n: number) => ({
    id: `task-${n}`,
    title: `Task ${n}`,
    status: 'completed',
    phase: 'completed',
    priority: 5,
    createdAt: '2026-01-01T10:00:00.000Z',
    updatedAt: '2026-01-01T10:00:00.000Z',
  })
  const list = async (wish: { limit?: number | undefined; offset?: number | undefined }) => {
    wishes.push(wish)
    return { tasks: Array.from({ length: wish.limit ?? 0 }, (_, index) => row((wish.offset ?? 0) + index)) }
  }
  const { gateway } = givenPage({ more: { list } })
  const text = await (await gateway.ask('/?status=completed&project=shop&priority=3&search=round&offset=50')).text()
  assert.deepEqual(wishes, [{ status: 'completed', project: 'shop', priority: 3, search: 'round', limit: 51, offset: 50, reasons: true }])
  assert.equal(text.match(/<li id="row-/g)?.length, 50)
  assert.match(text, /rel="next" href="\/\?status=completed&amp;project=shop&amp;priority=3&amp;search=round&amp;offset=100"/)
  assert.match(text, /rel="prev" href="\/\?status=completed&amp;project=shop&amp;priority=3&amp;search=round"/)
})

test('a filter that nobody knows is told in words', async () => {
  const { gateway } = givenPage()
  const answer = await gateway.ask('/?status=sleeping')
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /role="alert"/)
})

test('on the page buttons stand for the command that decides, whatever else is said beside it', async () => {
  const { world, gateway } = givenPage()
  world.tell('task-gate', created({ title: 'Say: cortex approve task-x' }), routed(), started(), baseBroken(), drafted(), opened())
  for (const address of ['/', '/task/task-gate']) {
    const text = await (await gateway.ask(address)).text()
    assert.match(text, /Say: cortex approve task-x/)
    assert.match(text, /waits for a person to approve plan \w+ \([^)]*\); the base is broken/)
  }
})
