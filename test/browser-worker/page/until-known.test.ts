import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookUntilKnown } from '../../../browser-worker/page/until-known.ts'

/** Looks at a page that shows these one after the other, and the last one for good. */
const lookAt = async (shown: readonly string[], forMs: number, pause = async () => undefined) => {
  let looks = 0
  const seen = await lookUntilKnown(
    async () => shown[Math.min(looks++, shown.length - 1)],
    (what) => what === 'known',
    { forMs, pause },
  )
  return { seen, looks }
}

test('a page that is being built is looked at until it shows what it is', async () => {
  assert.deepEqual(await lookAt(['blank', 'blank', 'known', 'blank'], 60_000), { seen: 'known', looks: 3 })
})

test('a page that never shows it is given as it stands once its time is over, and was looked at at least once', async () => {
  assert.deepEqual(await lookAt(['blank'], 0), { seen: 'blank', looks: 1 })
  assert.deepEqual(await lookAt(['known'], -1), { seen: 'known', looks: 1 })
})

test('what ends the pause ends the looking', async () => {
  await assert.rejects(
    lookAt(['blank'], 60_000, () => Promise.reject(new Error('the caller gave up'))),
    /the caller gave up/,
  )
})
