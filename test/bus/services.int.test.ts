import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Svcm } from '@nats-io/services'
import { headers, type Msg } from '@nats-io/transport-node'
import { CallerHeaders, callerHeaders } from '../../bus/caller-proof.ts'
import { askService } from '../../bus/jetstream/ask.ts'
import { MARK_HEADER, OWN_MARK, step } from '../../bus/next-steps.ts'
import { OPERATOR_SECRET, startServices } from '../support/services.ts'

const cli = { by: 'ann', channel: 'cli' }

test('a task that is created over the service is a fact when the answer comes, and its status is known at once', async () => {
  await using system = await startServices()
  const created = await system.ask('cortex.task.create', { title: 'Fix the build' })
  assert.equal(created.code, 0)
  assert.equal(created.body['outcome'], 'task.created')
  const status = await system.ask('cortex.task.status', { id: created.body['id'] })
  assert.equal(status.body['title'], 'Fix the build')
  assert.equal(status.body['status'], 'queued')
})

test('the same creation again is the same task, other content under its id is refused with the reason', async () => {
  await using system = await startServices()
  const first = await system.ask('cortex.task.create', { id: 'task-a', title: 'One' })
  const again = await system.ask('cortex.task.create', { id: 'task-a', title: 'One' })
  const other = await system.ask('cortex.task.create', { id: 'task-a', title: 'Two' })
  assert.deepEqual(
    [first, again].map(({ body }) => body['outcome']),
    ['task.created', 'request.repeated'],
  )
  assert.equal(other.code, 409)
  assert.match(String(other.body['faults']), /another task already/)
})

test('bad input is answered with all its faults at once', async () => {
  await using system = await startServices()
  const { code, body } = await system.ask('cortex.task.create', { title: '', priority: 2, category: 'cooking', by: 'the boss' })
  assert.equal(code, 400)
  const faults = body['faults']
  assert.ok(Array.isArray(faults) && faults.length === 4, JSON.stringify(faults))
  assert.equal((await system.ask('cortex.task.status', 'no json')).code, 400)
})

test('an unknown id is 404, a shortened one is found when it means one task, else the candidates are named', async () => {
  await using system = await startServices()
  for (const id of ['task-abc1', 'task-abd2']) await system.ask('cortex.task.create', { id, title: id })
  assert.equal((await system.ask('cortex.task.status', { id: 'zzz' })).code, 404)
  assert.equal((await system.ask('cortex.task.status', { id: '*' })).code, 404)
  assert.equal((await system.ask('cortex.task.status', { id: 'abc' })).body['id'], 'task-abc1')
  const many = await system.ask('cortex.task.status', { id: 'task-ab' })
  assert.equal(many.code, 409)
  assert.match(String(many.body['faults']), /task-abc1, task-abd2/)
})

test('who asks is told by the headers with the secret, never by the body or without the secret', async () => {
  await using system = await startServices()
  const who = async (id: string) => {
    const data = (await system.bus.until('task.created', id)).data
    return 'title' in data ? [data.by, data.channel] : []
  }
  await system.ask('cortex.task.create', { id: 'a', title: 'a' }, cli)
  await system.ask('cortex.task.create', { id: 'b', title: 'b' })
  await system.ask('cortex.task.create', { id: 'd', title: 'd' }, { by: 'ann', channel: 'policy' })
  assert.deepEqual(await who('a'), ['ann', 'cli'])
  assert.deepEqual(await who('b'), ['service', 'service'])
  assert.deepEqual(await who('d'), ['ann', 'service'])
})

test('who shows wrongly who he is hears what is wrong and what to do, and nothing is done in a name that is not his; he may look as anybody may', async () => {
  await using system = await startServices()
  const { nc } = system.bus.connection
  const body = JSON.stringify({ id: 'mine', title: 'x' })
  const ask = async (subject: string, shown: Readonly<Record<string, string>>) => {
    const hdrs = headers()
    for (const [name, value] of Object.entries(shown)) hdrs.set(name, value)
    const reply = await nc.request(subject, subject.endsWith('create') ? body : '{}', { headers: hdrs, timeout: 10_000 })
    return `${reply.headers?.get('Nats-Service-Error-Code') ?? ''} ${reply.string()}`
  }
  const create = 'cortex.task.create'
  const shown = (secret: string, agoMs = 0) => callerHeaders({ secret, ...cli }, { subject: create, body }, new Date(Date.now() - agoMs))
  const asOlder = { [CallerHeaders.proof]: OPERATOR_SECRET, [CallerHeaders.by]: 'ann', [CallerHeaders.channel]: 'cli' }
  assert.match(await ask(create, shown('a wrong secret')), /^401 .*signed with another secret/)
  assert.match(await ask(create, shown(OPERATOR_SECRET, 600_000)), /^401 .*600 s behind .* set both clocks right/)
  const older = await ask(create, asOlder)
  assert.match(older, /^401 .*an older version.* update it to 0\.1\.0/)
  assert.ok(!older.includes(OPERATOR_SECRET))
  assert.match(await ask('cortex.task.list', asOlder), /^ .*"tasks":\[\]/)
  assert.equal((await system.ask('cortex.task.status', { id: 'mine' })).code, 404)
})

test('who reads along on the bus learns nothing of the operator’s secret, and can send nothing in his name, not even the same again', async () => {
  await using system = await startServices()
  const { nc } = system.bus.connection
  const read: Msg[] = []
  nc.subscribe('cortex.>', { callback: (_error, message) => void read.push(message) })
  await system.ask('cortex.task.create', { id: 'mine', title: 'x' }, cli)
  const [heard] = read
  assert.ok(heard?.headers)
  const all = [...heard.headers].flatMap(([name, values]) => [name, ...values])
  assert.ok(!all.some((text) => text.includes(OPERATOR_SECRET)), String(all))
  const forged = JSON.stringify({ id: 'forged', title: 'x' })
  const refused = await nc.request('cortex.task.create', forged, { headers: heard.headers, timeout: 10_000 })
  assert.equal(refused.headers?.get('Nats-Service-Error-Code'), '401', refused.string())
  await system.ask('cortex.function.pause', { name: 'admit' }, cli)
  await system.ask('cortex.function.resume', { name: 'admit' }, cli)
  const pause = read.find(({ subject }) => subject === 'cortex.function.pause')!
  const again = await nc.request(pause.subject, pause.string(), { headers: pause.headers!, timeout: 10_000 })
  assert.equal(again.headers?.get('Nats-Service-Error-Code'), '401', again.string())
  assert.match(again.string(), /came a second time/)
})

test('a command that was read on its way does nothing at another replica either, nor at one that was started after it', async () => {
  await using system = await startServices()
  const { nc } = system.bus.connection
  const read: Msg[] = []
  nc.subscribe('cortex.>', { callback: (_error, message) => void read.push(message) })
  assert.equal((await system.ask('cortex.function.pause', { name: 'admit' }, cli)).code, 0)
  assert.equal((await system.ask('cortex.function.resume', { name: 'admit' }, cli)).code, 0)
  const [pause] = read
  await using _other = await system.replica()
  // Which replica hears a request is the server's choice: of so many each hears some.
  const again = await Promise.all(
    Array.from({ length: 20 }, () => nc.request(pause!.subject, pause!.string(), { headers: pause!.headers!, timeout: 10_000 })),
  )
  assert.deepEqual(
    again.map((reply) => reply.headers?.get('Nats-Service-Error-Code')),
    again.map(() => '401'),
  )
  assert.equal((await system.ask('cortex.function.pause', { name: 'admit' }, cli)).code, 0)
})

test('the services are listed for every NATS tool, with what each endpoint takes', async () => {
  await using system = await startServices()
  const infos = []
  for await (const info of await new Svcm(system.bus.connection.nc).client().info('cortex')) infos.push(info)
  assert.equal(infos.length, 1)
  const subjects = infos[0]!.endpoints.map(({ subject }) => subject)
  for (const name of [
    'create',
    'status',
    'story',
    'list',
    'approve',
    'reject',
    'question',
    'cancel',
    'retry',
    'plan',
    'diff',
    'logs',
    'prioritise',
  ])
    assert.ok(subjects.includes(`cortex.task.${name}`), name)
  for (const name of ['dead.list', 'dead.show', 'dead.redrive', 'system.status']) assert.ok(subjects.includes(`cortex.${name}`), name)
  assert.ok(infos[0]!.endpoints.every(({ metadata }) => metadata?.['summary'] && metadata['input']))
})

test('the services answer again after the bus was killed and started anew', async () => {
  await using system = await startServices()
  await system.ask('cortex.task.create', { id: 'task-before', title: 'before' })
  const reconnected = new Promise<void>((resolve) => system.bus.connection.onReconnect(resolve))
  await system.bus.nats.kill()
  await system.bus.nats.restart()
  await reconnected
  const status = await system.ask('cortex.task.status', { id: 'task-before' })
  assert.equal(status.body['title'], 'before')
  const created = await system.ask('cortex.task.create', { id: 'task-after', title: 'after' })
  assert.equal(created.body['outcome'], 'task.created')
})

test('a story that is waited for is answered when its next event comes', async () => {
  await using system = await startServices()
  await system.ask('cortex.task.create', { id: 'task-a', title: 'a' })
  const story = await system.ask('cortex.task.story', { id: 'task-a' })
  const events = story.body['events']
  assert.ok(Array.isArray(events) && events.length === 1)
  const waiting = system.ask('cortex.task.story', { id: 'task-a', after: story.body['after'], waitMs: 8000 })
  await system.ask('cortex.task.cancel', { id: 'task-a', reason: 'enough' })
  const next = (await waiting).body['events']
  assert.ok(Array.isArray(next))
  assert.deepEqual(
    next.map((event: { type: string }) => event.type),
    ['task.cancelled'],
  )
})

test('a story that is longer than an answer may be comes in pieces', async () => {
  await using system = await startServices()
  await system.ask('cortex.task.create', { id: 'task-long', title: 'long' })
  const guidance = 'x'.repeat(19_000)
  for (const n of Array(30).keys()) {
    await system.bus.emit('task.cancelled', 'task-long', { by: 'test', channel: 'test' })
    await system.bus.emit('task.retried', 'task-long', { by: 'test', channel: 'test', guidance: `${n}${guidance}` })
  }
  let after = -1
  let count = 0
  for (let more = true; more; ) {
    const { code, body } = await system.ask('cortex.task.story', { id: 'task-long', after })
    assert.equal(code, 0)
    assert.ok(JSON.stringify(body).length <= 512 * 1024)
    count += Array.isArray(body['events']) ? body['events'].length : 0
    after = Number(body['after'])
    more = body['more'] === true
  }
  assert.equal(count, 61)
})

test('a command about a state that does not allow it is refused in words', async () => {
  await using system = await startServices()
  await system.ask('cortex.task.create', { id: 'task-a', title: 'a' })
  const retry = await system.ask('cortex.task.retry', { id: 'task-a' })
  assert.equal(retry.code, 409)
  assert.match(String(retry.body['faults']), /has not ended/)
})

test('a task that was opened again takes commands as before', async () => {
  await using system = await startServices()
  await system.ask('cortex.task.create', { id: 'task-a', title: 'a' })
  await system.ask('cortex.task.cancel', { id: 'task-a' })
  const outcomes = []
  for (const [endpoint, input] of [
    ['retry', {}],
    ['prioritise', { priority: 1 }],
    ['cancel', {}],
  ] as const)
    outcomes.push((await system.ask(`cortex.task.${endpoint}`, { id: 'task-a', ...input })).body['outcome'])
  assert.deepEqual(outcomes, ['task.retried', 'task.reprioritised', 'task.cancelled'])
})

test('who asks is told the steps with the mark that it says, as our own client does, and plainly where it says none', async () => {
  await using system = await startServices()
  const { nc } = system.bus.connection
  const faultsFor = async (mark: string): Promise<string> => {
    const hdrs = headers()
    hdrs.set(CallerHeaders.proof, 'of no form that is known')
    hdrs.set(MARK_HEADER, mark)
    const reply = await nc.request('cortex.task.create', '{}', { headers: hdrs, timeout: 10_000 })
    assert.ok(!/[\uFDD0-\uFDEF]/.test(reply.headers?.get('Nats-Service-Error') ?? ''))
    return String(reply.json<{ faults: string[] }>().faults)
  }
  assert.match(await faultsFor(''), /restart the system with "cortex up"$/)
  assert.ok((await faultsFor(OWN_MARK)).endsWith(`restart the system with "${step('up')}"`))
  const asked = nc.subscribe('cortex.task.list', { max: 1 })
  await askService(system.bus.connection, 'cortex.task.list', {}, { timeoutMs: 10_000 })
  for await (const message of asked) assert.equal(message.headers?.get(MARK_HEADER), OWN_MARK)
})
