import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gather, sourcesOf } from '../../../functions/chum/material.ts'
import { dodFailed, rejected, reviewing, round, scanFailed, written } from '../../support/facts.ts'
import { blobOf, memoryBlobs } from '../../support/memory-blobs.ts'
import { factsOf } from '../../support/stories.ts'

const gathered = (...more: Parameters<typeof factsOf>[0]) => {
  const blobs = memoryBlobs()
  return gather(sourcesOf(factsOf([reviewing(), ...more])), (blob) => blobs.text(blob))
}

test('plan, diffs, findings and the output of failed checks are numbered in the order in which they came', async () => {
  const pieces = await gathered(
    rejected('it rounds down'),
    round(),
    written(),
    scanFailed('eval is forbidden'),
    dodFailed('npm test ended with 1'),
  )
  assert.deepEqual(
    pieces.map(({ label, kind }) => `${label} ${kind}`),
    ['P1 plan', 'P2 diff', 'P3 finding', 'P4 diff', 'P5 finding', 'P6 finding'],
  )
  assert.match(pieces[2]?.text ?? '', /it rounds down/)
})

test('what is over the budget is left out, the oldest first', async () => {
  const long = written({ diff: blobOf('+ x\n'.repeat(10_000)) })
  const pieces = await gathered(...Array.from({ length: 8 }, () => [rejected(), round(), long]))
  const characters = pieces.reduce((sum, { text }) => sum + text.length, 0)
  assert.ok(characters <= 80_000, `${characters}`)
  assert.equal(pieces.at(-1)?.kind, 'diff')
  assert.match(pieces.at(-1)?.title ?? '', /\(cut\)/)
  assert.ok(!pieces.some(({ kind }) => kind === 'plan'), 'the oldest is gone')
})
