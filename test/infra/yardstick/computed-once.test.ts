import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createYardstick } from '../../../infra/yardstick/yardstick.ts'
import { config } from '../../support/stubs.ts'

const files = ['package.json', 'src/a.js', 'test/a.test.js']

/** A repository whose readings of files are counted; the first `away` of them cannot be had. */
const counting = (away = 0) => {
  const readings: string[] = []
  const git = {
    files: async () => files,
    show: async ({ sha, file }: { sha: string; file: string }) => {
      if (file !== 'package.json') return ''
      readings.push(sha)
      if (readings.length <= away) throw new Error('the mirror is away')
      return '{ "scripts": { "test": "node --test" } }'
    },
    changes: async () => [{ file: 'test/a.test.js', change: 'changed' as const, is: 'file' as const, added: 1, removed: 1 }],
    mentioning: async () => [],
    diff: async () => ({ text: '', files: [] }),
    compose: async () => 'composed',
  }
  return { readings, yardstick: createYardstick({ git, config: config() }) }
}
const about = { project: 'shop', baseSha: 'base', headSha: 'head' }

test('what the files of a base are to a change is found once for its whole verification, and anew for another change', async () => {
  const { readings, yardstick } = counting()
  assert.deepEqual(
    (await Promise.all([yardstick.changes(about), yardstick.changes(about)])).map((changes) => changes.map(({ file }) => file)),
    [['test/a.test.js'], ['test/a.test.js']],
  )
  await yardstick.meddling(about)
  await yardstick.layOver(about)
  assert.deepEqual(readings, ['base'])
  await yardstick.changes({ ...about, headSha: 'another head' })
  await yardstick.changes({ ...about, baseSha: 'another base' })
  assert.deepEqual(readings, ['base', 'base', 'another base'])
})

test('what could not be found is looked for again', async () => {
  const { readings, yardstick } = counting(1)
  await assert.rejects(yardstick.changes(about), /the mirror is away/)
  assert.equal((await yardstick.changes(about)).length, 1)
  assert.equal(readings.length, 2)
})

test('of changes long ago nothing is kept', async () => {
  const { readings, yardstick } = counting()
  for (let n = 0; n < 20; n++) await yardstick.changes({ ...about, headSha: `head ${n}` })
  await yardstick.changes({ ...about, headSha: 'head 0' })
  await yardstick.changes({ ...about, headSha: 'head 19' })
  assert.equal(readings.length, 21)
})
