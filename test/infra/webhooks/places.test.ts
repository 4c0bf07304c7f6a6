import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlaces, type Place } from '../../../infra/webhooks/places.ts'

const options = { atOnce: 2, waiting: 3, patienceMs: 30, shortestMs: 1000, longestMs: 60_000 }
const leave = (place: Place | undefined): void => {
  assert.ok(place && 'leave' in place, 'this was to be a place')
  place.leave()
}
const isPlace = (place: Place): boolean => 'leave' in place

test('so many have a place at once, others wait in the order of their coming', async () => {
  const take = createPlaces({ ...options, patienceMs: 5000 })
  const [first, second] = [await take('a'), await take('a')]
  const order: string[] = []
  const noted = (name: string) => (place: Place) => {
    order.push(name)
    return place
  }
  const third = take('a').then(noted('third'))
  const fourth = take('a').then(noted('fourth'))
  leave(first)
  leave(second)
  assert.deepEqual([isPlace(await third), isPlace(await fourth)], [true, true])
  assert.deepEqual(order, ['third', 'fourth'])
})

test('places at one receiver are no places at another', async () => {
  const take = createPlaces(options)
  await Promise.all([take('a'), take('a')])
  assert.ok(isPlace(await take('b')))
})

test('who waits in vain, or finds too many waiting, is told when to come again', async () => {
  const take = createPlaces(options)
  await Promise.all([take('a'), take('a')])
  const waiting = [take('a'), take('a'), take('a')]
  const sentAway = await take('a')
  assert.ok('comeAgainMs' in sentAway && sentAway.comeAgainMs >= 1000)
  for (const place of await Promise.all(waiting)) assert.ok('comeAgainMs' in place)
})

test('a crowd is spread over the time that the receiver needs for it, up to a limit', async () => {
  const pausesOf = async (crowd: number): Promise<number[]> => {
    const take = createPlaces({ ...options, waiting: 0 })
    await Promise.all([take('a'), take('a')])
    const places = await Promise.all(Array.from({ length: crowd }, () => take('a')))
    return places.map((place) => ('comeAgainMs' in place ? place.comeAgainMs : 0))
  }
  const pauses = await pausesOf(11)
  // Nobody knows yet how long an attempt takes, so a second is guessed; two at once need five for ten.
  assert.ok(Math.min(...pauses) >= 1000 && Math.abs(Math.max(...pauses) - 6000) < 100, pauses.join())
  assert.equal(Math.max(...(await pausesOf(1000))), 60_000)
})
