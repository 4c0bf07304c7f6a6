import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../../bus/jetstream/key-values.ts'
import { quiet } from '../../support/bus.ts'
import { startNats } from '../../support/nats.ts'
import { until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const given = async () => {
  await using stack = new AsyncDisposableStack()
  const nats = stack.use(await startNats(natsServerForTests(), {}))
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  stack.defer(() => connection.close())
  const values = await openKeyValues(connection, 'a-bucket', 3_600_000)
  const all = stack.move()
  return { values, connection, nats, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('a value is made once, replaced by its revision and removed', async () => {
  await using scene = await given()
  const { values } = scene
  assert.equal(await values.get('a'), undefined)
  const first = await values.create('a', 'one')
  assert.ok(first !== undefined)
  assert.equal(await values.create('a', 'two'), undefined)
  const second = await values.update('a', 'two', first)
  assert.ok(second !== undefined && second > first)
  assert.equal(await values.update('a', 'three', first), undefined, 'an older revision replaces nothing')
  assert.deepEqual(await values.get('a'), { value: 'two', revision: second })
  assert.equal(await values.delete('a', first), false)
  assert.equal(await values.delete('a', second), true)
  assert.equal(await values.get('a'), undefined)
})

test('what was removed can be made again', async () => {
  await using scene = await given()
  const { values } = scene
  await values.create('a', 'one')
  assert.equal(await values.delete('a'), true)
  assert.ok((await values.create('a', 'two')) !== undefined)
  assert.equal((await values.get('a'))?.value, 'two')
})

test('of many who make the same value at once one does', async () => {
  await using scene = await given()
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => scene.values.create('a', String(index))))
  assert.equal(made.filter((revision) => revision !== undefined).length, 1)
})

test('a value that is put replaces whatever is there', async () => {
  await using scene = await given()
  await scene.values.put('a', 'one')
  const revision = await scene.values.put('a', 'two')
  assert.deepEqual(await scene.values.get('a'), { value: 'two', revision })
})

test('the same bucket opened again has the same values', async () => {
  await using scene = await given()
  await scene.values.put('a', 'one')
  const again = await openKeyValues(scene.connection, 'a-bucket', 3_600_000)
  assert.equal((await again.get('a'))?.value, 'one')
})

test('a value that names no life of its own is forgotten with the bucket', async () => {
  await using scene = await given()
  const short = await openKeyValues(scene.connection, 'short', 1000)
  await short.put('a', 'one')
  await until(async () => (await short.get('a')) === undefined)
})
