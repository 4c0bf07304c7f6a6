import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isOwnerGone, prepareProfile, profileOwner } from '../../../browser-worker/browser/profile.ts'

test('the lock names host and process, and a host may have hyphens', () => {
  assert.deepEqual(profileOwner('my-host-name-4711'), { host: 'my-host-name', pid: 4711 })
  assert.equal(profileOwner('nonsense'), null)
})

test('an owner is gone when its process is, or when it was of another host while we hold the lease', () => {
  const facts = (isAlive: boolean) => ({ host: 'here', runsBrowser: () => isAlive })
  assert.equal(isOwnerGone({ host: 'here', pid: 1 }, facts(true)), false)
  assert.equal(isOwnerGone({ host: 'here', pid: 1 }, facts(false)), true)
  assert.equal(isOwnerGone({ host: 'there', pid: 1 }, facts(true)), true)
})

test('a profile is ours alone, and the lock of a container that came back under another name goes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cortex-profile-'))
  try {
    symlinkSync(`not-${hostname()}-7`, join(directory, 'SingletonLock'))
    prepareProfile(directory)
    assert.equal(statSync(directory).mode & 0o777, 0o700)
    assert.ok(!existsSync(join(directory, 'SingletonLock')))
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('the temporary folder of a dead browser goes with its links, and no other folder does', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cortex-profile-'))
  try {
    for (const [name, stays] of [
      ['org.chromium.Chromium.Ab12Cd', false],
      ['com.google.Chrome.Ab12Cd', false],
      ['precious', true],
    ] as const) {
      const folder = join(directory, name)
      mkdirSync(folder)
      symlinkSync(join(folder, 'SingletonSocket'), join(directory, 'SingletonSocket'))
      prepareProfile(directory)
      assert.deepEqual([existsSync(folder), existsSync(join(directory, 'SingletonSocket'))], [stays, false], name)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})
