import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServices, type TestServices } from '../../support/services.ts'

let services: TestServices
before(async () => {
  services = await startServices()
})
after(() => services[Symbol.asyncDispose]())

const ask = (subject: string, input: object) => services.ask(`cortex.${subject}`, input, { by: 'ada', channel: 'gateway' })
const submit = (input: object) => ask('task.submit', input)

test('a submitted task is there at once, with an id of its own', async () => {
  const { code, body } = await submit({ title: 'Compare two designs' })
  assert.equal(code, 0, JSON.stringify(body))
  assert.match(String(body['id']), /^task-chat-\d{13}-[0-9a-z]{9}$/)
  assert.equal(body['repeated'], false)
  const status = await ask('task.status', { id: body['id'] })
  assert.deepEqual([status.code, status.body['status'], status.body['title']], [0, 'queued', 'Compare two designs'])
})

test('fifty at once are fifty tasks, and each is known right after its answer', async () => {
  const known = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { body } = await submit({ title: 'One of many' })
      const status = await ask('task.status', { id: body['id'] })
      return status.code === 0 && body['id']
    }),
  )
  assert.equal(new Set(known).size, 50)
  assert.ok(!known.includes(false))
})

test('an id without a task is not found, and not waited for', async () => {
  const began = performance.now()
  assert.equal((await ask('task.status', { id: 'task-nobody-knows' })).code, 404)
  // The door is empty: a wait would last the whole two seconds.
  assert.ok(performance.now() - began < 1900)
})

test('all that is wrong with a wish is told at once, by the rules of the door', async () => {
  const { code, body } = await submit({ title: ' ', priority: 4, category: 'fun' })
  assert.equal(code, 400)
  assert.deepEqual((body['faults'] as string[]).map((fault) => fault.split(':')[0]).sort(), ['category', 'priority', 'title'])
  const refused = await submit({ title: 'x', project: 'nowhere', dependsOn: ['task-a', 'task-b'] })
  assert.equal(refused.code, 400)
  assert.equal((refused.body['faults'] as string[]).length, 3, JSON.stringify(refused.body))
})

test('the same key and content is the same task, also when twenty ask at once', async () => {
  const wish = { title: 'Only once', key: 'a key with any / characters' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => submit(wish)))
  assert.equal(new Set(answers.map(({ body }) => body['id'])).size, 1)
  assert.equal(answers.filter(({ body }) => body['repeated'] === false).length, 1)
  const other = await submit({ ...wish, title: 'Something else' })
  assert.equal(other.code, 409)
  assert.match(String(other.body['faults']), /stands for another task already \(task-chat-/)
})

test('the same id and content is the same task, other content is refused', async () => {
  const wish = { id: 'task-mine', title: 'Mine' }
  assert.equal((await submit(wish)).body['repeated'], false)
  await ask('task.status', { id: 'task-mine' })
  const again = await submit(wish)
  assert.deepEqual([again.code, again.body['repeated']], [0, true])
  assert.equal((await submit({ ...wish, title: 'Yours' })).code, 409)
})

test('a task may wait for one that was submitted just before', async () => {
  const first = await submit({ title: 'A' })
  const second = await submit({ title: 'B', dependsOn: [first.body['id']] })
  assert.equal(second.code, 0, JSON.stringify(second.body))
})
