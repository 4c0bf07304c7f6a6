import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { takeProfileLease } from '../../../infra/browser/profile-lease.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const never = (why: unknown): void => assert.fail(`lost: ${why}`)

test('a profile has one holder at a time on this host', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'lease.json')
  {
    using _first = takeProfileLease({ path, onLost: never })
    assert.throws(() => takeProfileLease({ path, onLost: never }), /in use by process \d+;/)
  }
  using _next = takeProfileLease({ path, onLost: never })
})

test('a holder on another host counts as long as it gives signs of life, and no longer', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'lease.json')
  // The process ids of another container mean nothing here.
  const theirs = (beatAt: number) => writeFileSync(path, JSON.stringify({ pid: 7, startTime: '1', secret: 'x', host: 'elsewhere', beatAt }))
  theirs(100_000)
  assert.throws(() => takeProfileLease({ path, onLost: never, now: () => 110_000 }), /in use by process 7 on elsewhere/)
  using _ours = takeProfileLease({ path, onLost: never, now: () => 116_000 })
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).beatAt, 116_000)
})
