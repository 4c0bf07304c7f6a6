import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { headers } from '@nats-io/transport-node'
import { knock } from '../../../bus/door.ts'
import { REQUEST_INFO } from '../../../bus/jetstream/watch-senders.ts'
import admit from '../../../functions/intake/admit.ts'
import { TaskWishSchema } from '../../../gateway/services/task-wish.ts'
import { startServices, type TestServices } from '../../support/services.ts'
import { until } from '../../support/temporary.ts'

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

test('a task was created when its creation was answered, also where it is listed', async () => {
  const { body } = await submit({ title: 'Once' })
  const status = await ask('task.status', { id: body['id'] })
  assert.equal(status.body['created_at'], body['created_at'])
  assert.equal(new Date(Number(String(body['id']).split('-')[2])).toISOString(), body['created_at'])
})

test('while the door is not read, a stored task is queued and not missing, and others may wait for it', async () => {
  await using closed = await startServices({}, { door: false })
  const askThere = (subject: string, input: object) => closed.ask(`cortex.task.${subject}`, input, { by: 'ada', channel: 'gateway' })
  const { body } = await askThere('submit', { title: 'Early', priority: 3 })
  const [status, missing, second] = await Promise.all([
    askThere('status', { id: body['id'] }),
    askThere('status', { id: 'task-nobody-knows' }),
    askThere('submit', { title: 'After it', dependsOn: [body['id']] }),
  ])
  assert.deepEqual([status.body['status'], status.body['priority'], status.body['created_at']], ['queued', 3, body['created_at']])
  assert.match(String(status.body['why']), /^it is stored; /)
  assert.deepEqual([missing.code, second.code], [404, 0])
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
  const refused = await submit({ title: 'x', project: 'nowhere', id: 'task-ring', dependsOn: ['task-ring'] })
  assert.equal(refused.code, 400)
  assert.equal((refused.body['faults'] as string[]).length, 2, JSON.stringify(refused.body))
})

test('a task that could not be done is refused with all reasons, and a creation that is known is not judged again', async () => {
  for (const operation of ['create', 'submit']) {
    const { code, body } = await ask(`task.${operation}`, { title: 'x', project: 'detached', id: 'task-ring', dependsOn: ['task-ring'] })
    assert.equal(code, 400)
    const faults = body['faults'] as string[]
    assert.deepEqual([faults.length, faults.at(-1)], [2, 'project: HEAD names no branch.'], operation)
  }
  const own = { by: 'ada', channel: 'cli' }
  await knock(
    services.bus.connection,
    'task.created',
    { id: 'task-before', title: 'x', project: 'detached', ...own },
    { signal: AbortSignal.timeout(60_000) },
  )
  await until(async () => (await ask('task.status', { id: 'task-before' })).code === 0)
  assert.match(
    String((await ask('task.create', { id: 'task-before', title: 'y', project: 'detached' })).body['faults']),
    /another task already/,
  )
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

test('a wish that is nested beyond all measure is a fault of the wish, not of the system', async () => {
  const deep = `${'['.repeat(25_000)}${']'.repeat(25_000)}`
  const { code } = await services.ask('cortex.task.submit', `{"title":"x","metadata":{"deep":${deep}}}`, { by: 'ada', channel: 'gateway' })
  assert.equal(code, 400)
})

test('a callback to what nothing is ever sent to is refused at once', async () => {
  for (const callbackUrl of ['javascript:alert(1)', 'file:///etc/passwd', 'https://ada:secret@example.com/', 'https://ada@example.com/']) {
    const { code, body } = await submit({ title: 'x', callbackUrl })
    assert.equal(code, 400, callbackUrl)
    assert.doesNotMatch(JSON.stringify(body), /secret/)
    assert.equal((await ask('task.create', { title: 'x', callbackUrl })).code, 400, callbackUrl)
  }
  assert.equal((await submit({ title: 'x', callbackUrl: 'https://example.com/hook?x=1' })).code, 0)
})

test('a wish that was refused takes no key: corrected it is taken under the same one', async () => {
  const key = 'the key of a wish with a fault'
  assert.equal((await submit({ title: 'x', project: 'nowhere', key })).code, 400)
  assert.equal((await submit({ title: 'x', key })).code, 0)
  assert.equal((await submit({ title: 'y', key })).code, 409)
})

test('nobody who knows what is asked for can take its place at the door', async () => {
  const id = 'task-known'
  const { key: _key, id: _id, ...wish } = TaskWishSchema.parse({ title: 'Take the money', source: 'gateway' })
  const hash = createHash('sha256').update(JSON.stringify(wish)).digest('hex')
  for (const guess of [`${id}-${hash.slice(0, 22)}`, `${id}-${hash}`, id]) {
    const hdrs = headers()
    hdrs.set('Nats-Msg-Id', guess)
    services.bus.connection.nc.publish('task.created', '{"nonsense":true}', { headers: hdrs })
  }
  assert.equal((await submit({ id, ...wish })).code, 0)
  assert.equal((await ask('task.status', { id })).body['title'], 'Take the money')
})

test('an id that somebody else took a moment before is answered as taken', async () => {
  services.bus.connection.nc.publish('task.created', JSON.stringify({ id: 'task-taken', title: 'Mine now' }))
  const { code, body } = await submit({ id: 'task-taken', title: 'The real one' })
  assert.equal(code, 409)
  assert.match(String(body['faults']), /task-taken is another task already \("Mine now"\)/)
})

test('while too many requests stand at the door no further task is stored, and that is said', async () => {
  const stuck = { admit: { ...admit, handler: () => new Promise<never>(() => undefined) } }
  await using full = await startServices(stuck, { door: false, mostAtDoor: 3 })
  const askThere = (subject: string, input: object) => full.ask(`cortex.task.${subject}`, input, { by: 'ada', channel: 'cli' })
  const { nc, jsm } = full.bus.connection
  for (let n = 0; n < 4; n++) nc.publish('door.task.created', '{"title":"x"}')
  const stored = async (): Promise<number> => (await jsm.streams.info('DOOR')).state.messages
  await until(async () => (await stored()) === 4)
  for (const subject of ['submit', 'create']) {
    const { code, body } = await askThere(subject, { title: 'One more' })
    assert.equal(code, 503)
    assert.match(String(body['faults']), /3 requests stand at the door already; nothing was stored: try again later/)
  }
  assert.equal(await stored(), 4)
})

test('a connection that proves nothing has a share of the door, and what is over it is refused before it is stored', async () => {
  await using full = await startServices({}, { door: false })
  const { nc, jsm } = full.bus.connection
  /** As the server says it of a request from another account. */
  const from = async (id: number): Promise<string> => {
    const hdrs = headers()
    hdrs.set(REQUEST_INFO, JSON.stringify({ id, start: '2026-01-01T00:00:00Z' }))
    const reply = await nc.request('cortex.task.submit', JSON.stringify({ title: 'x' }), { headers: hdrs, timeout: 10_000 })
    return reply.headers?.get('Nats-Service-Error-Code') || reply.string()
  }
  for (let n = 0; n < 10; n++) await Promise.all(Array.from({ length: 20 }, () => from(1)))
  assert.equal(await from(1), '429')
  assert.match(await from(2), /"repeated":false/)
  assert.equal((await full.ask('cortex.task.submit', { title: 'x' }, { by: 'ada', channel: 'cli' })).code, 0)
  assert.equal((await jsm.streams.info('DOOR')).state.messages, 202)
})

test('without room nothing new is taken, and the repetition of what was stored is answered as one', async () => {
  let reason: string | undefined
  await using short = await startServices({}, { disk: { shortage: async () => reason } })
  const askThere = (subject: string, input: object) => short.ask(`cortex.task.${subject}`, input, { by: 'ada', channel: 'gateway' })
  const asked = [
    ['submit', { title: 'By key', key: 'a key' }],
    ['submit', { title: 'By id', id: 'task-by-id' }],
    ['create', { title: 'Created', id: 'task-created' }],
  ] as const
  const first = await Promise.all(asked.map(([subject, wish]) => askThere(subject, wish)))
  for (const { body } of first) await until(async () => (await askThere('status', { id: body['id'] })).body['status'] !== undefined)
  reason = 'the disk of /data is full'
  const again = await Promise.all(asked.map(([subject, wish]) => askThere(subject, wish)))
  assert.deepEqual(
    again.map(({ code, body }) => [code, body['id']]),
    first.map(({ body }) => [0, body['id']]),
  )
  for (const subject of ['submit', 'create']) assert.equal((await askThere(subject, { title: 'New' })).code, 503)
})
