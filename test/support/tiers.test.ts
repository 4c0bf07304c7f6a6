import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NamedTier, pooled } from './tiers.ts'

const tier = (name: string, files: string[], more: Partial<NamedTier['tier']> = {}): NamedTier => ({
  name,
  tier: { files: () => files, concurrency: 1, timeout: 1, ...more },
})

test('pooled neighbours are one tier with the files, the places and the time of both; others stay as they are', () => {
  const pools = pooled([
    tier('check', ['c'], { isBeside: true }),
    tier('int', ['test/z.int.test.ts', 'test/a.int.test.ts'], { concurrency: 3, timeout: 90, isPooled: true }),
    tier('e2e', ['test/kill.e2e.test.ts'], { concurrency: 4, timeout: 60, isPooled: true }),
    tier('wide', ['w']),
  ])
  assert.deepEqual(
    pools.map(({ name, tier: { files, concurrency, timeout } }) => [name, files(), concurrency, timeout]),
    [
      ['check', ['c'], 1, 1],
      ['int and e2e', ['test/kill.e2e.test.ts', 'test/a.int.test.ts', 'test/z.int.test.ts'], 4, 90],
      ['wide', ['w'], 1, 1],
    ],
  )
})

test('a pooled tier that stands alone is itself', () => {
  assert.deepEqual(
    pooled([tier('int', [], { isPooled: true }), tier('wide', []), tier('e2e', [], { isPooled: true })]).map(({ name }) => name),
    ['int', 'wide', 'e2e'],
  )
})
