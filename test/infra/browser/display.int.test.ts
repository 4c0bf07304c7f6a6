import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { hasXvfb, startHiddenDisplay } from '../../../infra/browser/display.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

const skip = hasXvfb(process.env) ? false : 'Xvfb is not installed'
/** Where X servers listen for programs of this machine. */
const socketOf = (name: string): string => `/tmp/.X11-unix/X${name.slice(1)}`

test('a display that nobody sees is there until its scope ends, each with a number of its own', { skip }, async () => {
  let gone = ''
  {
    await using one = await startHiddenDisplay(process.env)
    await using other = await startHiddenDisplay(process.env)
    assert.match(one.name, /^:\d+$/)
    assert.notEqual(one.name, other.name)
    assert.ok(existsSync(socketOf(one.name)))
    gone = one.name
  }
  await until(() => !existsSync(socketOf(gone)))
})

test('without Xvfb it is said what to install', async () => {
  await using folder = await temporaryFolder()
  assert.equal(hasXvfb({ PATH: folder.path }), false)
  await assert.rejects(startHiddenDisplay({ PATH: folder.path }), /Xvfb is not installed \(apt install xvfb\)/)
})
