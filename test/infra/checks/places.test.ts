import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlaces } from '../../../infra/checks/places.ts'

test('no more is done at once than there are places, and who gives up takes none', async () => {
  const place = createPlaces(2)
  const bored = new AbortController()
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const begun: number[] = []
  const [first, second, third, fourth] = ends.map(({ promise }, index) =>
    place(index === 2 ? bored.signal : new AbortController().signal, () => {
      begun.push(index)
      return promise
    }),
  )
  assert.deepEqual(begun, [0, 1])
  bored.abort(new Error('cancelled'))
  await assert.rejects(third!, /cancelled/)
  ends[0]?.reject(new Error('it failed'))
  await assert.rejects(first!, /it failed/)
  for (const end of ends) end.resolve()
  await Promise.all([second, fourth])
  assert.deepEqual(begun, [0, 1, 3])
})
