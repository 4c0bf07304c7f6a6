import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { differences, mischiefOf, PAUSE_MS, playThrough, remains, chaosSeed as seed, watchPrompts } from '../support/chaos.ts'
import { leanSample, tell } from '../support/demo-kill.ts'
import { randomOf } from '../support/random.ts'

/** CHAOS_RUNS plays more of them. */
const runs = Number(process.env['CHAOS_RUNS'] ?? 6)

test('whatever is killed, paused or interrupted at whatever time: the same story and nothing left over', {
  timeout: 60_000 + runs * 30_000,
}, async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'cortex-chaos-'))
  try {
    const argv = ['--yes', '--sample', leanSample(base)]
    const calm = join(base, 'calm')
    const began = Date.now()
    await playThrough(calm, argv, [], randomOf(seed))
    const runMs = Date.now() - began
    const expected = await tell(calm)
    assert.deepEqual(remains(calm), [])
    for (let run = 0; run < runs; run++) {
      const random = randomOf(seed + run)
      const mischief = mischiefOf(random, runMs)
      const told = mischief.map(({ deed, afterMs }) => `${deed} after ${afterMs} ms`).join(', ')
      await t.test(`seed ${seed + run}: ${told}`, async () => {
        const folder = join(base, `run-${seed + run}`)
        const lines = await playThrough(folder, argv, mischief, random)
        const faults = [...(await differences(folder, expected, mischief)), ...remains(folder).map((left) => `left over: ${left}`)]
        assert.deepEqual(faults, [], lines.join('\n'))
      })
    }
    await t.test('a bus that stood still makes no agent be asked twice', async () => {
      const folder = join(base, 'stood-still')
      using prompts = watchPrompts(folder)
      const still = [0.3, 0.1].map((part) => ({ deed: 'pause nats' as const, afterMs: Math.round(part * Math.min(runMs, PAUSE_MS)) }))
      await playThrough(folder, argv, still, randomOf(seed))
      assert.deepEqual(await differences(folder, expected, still), [])
      for (const [role, pids] of prompts.byRole) assert.equal(pids.size, 1, role)
    })
  } finally {
    await rm(base, { recursive: true, force: true })
  }
})
