import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { readInTurns } from '../../../infra/processes/read-in-turns.ts'

/** What takes longer than a turn. */
const work = (): void => {
  const end = performance.now() + 6
  while (performance.now() < end);
}

test('between the pieces of a large chunk others have their turn, and everything arrives in its order', async () => {
  const stream = new PassThrough()
  const pieces: Buffer[] = []
  const turnsBefore: number[] = []
  let turns = 0
  let ended = 0
  const others = setInterval(() => (turns += 1), 0)
  const reading = readInTurns(
    stream,
    (piece) => {
      pieces.push(piece)
      turnsBefore.push(turns)
      work()
    },
    () => (ended += 1),
  )
  const whole = Buffer.from(Array.from({ length: 80_000 }, (_, at) => at % 251))
  stream.end(whole)
  await reading.done
  clearInterval(others)
  assert.ok(Buffer.concat(pieces).equals(whole))
  assert.ok(pieces.length >= 10)
  assert.equal(ended, 1)
  assert.equal(new Set(turnsBefore).size, pieces.length)
})

test('who writes faster than it is taken is held up', async () => {
  const stream = new PassThrough({ highWaterMark: 16_384 })
  const counts = { taken: 0, ahead: 0 }
  const reading = readInTurns(
    stream,
    (piece) => {
      counts.taken += piece.length
      work()
    },
    () => undefined,
  )
  for (let written = 16_384; written <= 163_840; written += 16_384) {
    if (!stream.write(Buffer.alloc(16_384))) await once(stream, 'drain')
    counts.ahead = Math.max(counts.ahead, written - counts.taken)
  }
  stream.end()
  await reading.done
  assert.equal(counts.taken, 163_840)
  assert.ok(counts.ahead <= 4 * 16_384, `${counts.ahead} bytes ahead`)
})

test('nothing is taken any more after a stop, also of what was here before', async () => {
  const stream = new PassThrough()
  let taken = 0
  const reading = readInTurns(
    stream,
    () => {
      taken += 1
      reading.stop()
    },
    () => assert.fail('it was stopped'),
  )
  stream.write(Buffer.alloc(60_000))
  await reading.done
  assert.equal(taken, 1)
})
