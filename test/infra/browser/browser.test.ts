import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SitePackFault } from '../../../browser-worker/sites/site-pack.ts'
import { type Browser, becomeOnlyWorker, browserOf, hasWorker, isPersonWaiting, reserveProfile } from '../../../infra/browser/browser.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import type { Environment } from '../../../infra/config/environment.ts'
import { takeLock } from '../../../infra/locks/file-lock.mjs'
import { quiet } from '../../support/bus.ts'
import { config } from '../../support/stubs.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const onLinux = process.platform === 'darwin' ? 'a Mac has its display always' : false

/** Settles the browser of `[lanes.browser]` in /project/cortex.toml on a machine with this environment, and any program as its browser. */
const settle = (lane: object, env: Environment = {}, options: { show?: boolean; file?: string | null } = {}): Browser => {
  const { show, file = '/project/cortex.toml' } = options
  const loaded = { config: config({ lanes: { browser: lane } }), file, dataDir: '/data', cacheDir: '/cache', natsUrl: null }
  return browserOf({ loaded, env: { CORTEX_BROWSER: process.execPath, ...env }, log: quiet }, show)
}
const faultsOf = (work: () => unknown): readonly string[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
  return []
}

test('the page is the pack’s own, unless the configuration names another address', () => {
  assert.equal(settle({}).home, settle({}).pack.urls.home)
  assert.equal(settle({ url: 'http://127.0.0.1:9/' }).home, 'http://127.0.0.1:9/')
})

test('the profile lies in the data folder, else where the configuration says from its own folder, else where the environment says', () => {
  assert.equal(settle({}).profileDir, '/data/auth')
  assert.equal(settle({ profile: 'chat' }).profileDir, '/project/chat')
  assert.equal(settle({ profile: '/elsewhere/chat' }).profileDir, '/elsewhere/chat')
  assert.equal(settle({ profile: 'chat' }, {}, { file: null }).profileDir, join(process.cwd(), 'chat'))
  assert.equal(settle({ profile: '/elsewhere/chat' }, { CORTEX_AUTH_DIR: '/mounted/auth' }).profileDir, '/mounted/auth')
})

test('a window is shown on request, by the environment or by the configuration', () => {
  const env = { DISPLAY: ':7' }
  assert.equal(settle({ window: 'headless' }, env, { show: true }).window, 'visible')
  assert.equal(settle({ window: 'headless' }, { ...env, DEBUG_SHOW_BROWSER: 'true' }).window, 'visible')
  assert.equal(settle({ window: 'visible' }, env).window, 'visible')
  assert.equal(settle({ window: 'headless' }, { ...env, DEBUG_SHOW_BROWSER: '' }).window, 'headless')
})

test('a hidden window needs Xvfb; without it there is none', async () => {
  await using folder = await temporaryFolder()
  assert.equal(settle({}, { PATH: folder.path }).window, 'headless')
  writeFileSync(join(folder.path, 'Xvfb'), '', { mode: 0o755 })
  assert.equal(settle({}, { PATH: folder.path }).window, 'hidden')
})

test('what the environment names wins over the configured program', () => {
  assert.equal(settle({ browser: '/nowhere/chromium' }).executablePath, process.execPath)
  assert.equal(settle({ browser: process.execPath }, { CORTEX_BROWSER: '' }).executablePath, process.execPath)
})

test('Chromium’s own sandbox is on but for root, unless the configuration decides', () => {
  assert.equal(settle({}).sandbox, process.getuid?.() !== 0)
  assert.deepEqual([settle({ sandbox: true }).sandbox, settle({ sandbox: false }).sandbox], [true, false])
})

test('everything that is wrong is told at once', { skip: onLinux }, () => {
  assert.deepEqual(
    faultsOf(() => settle({ window: 'visible' }, { CORTEX_BROWSER: '/nowhere/chromium' })),
    [
      'no Chromium or Chrome was found: install one (for instance apt install chromium) or name it in CORTEX_BROWSER',
      'the browser shall be visible, but there is no display (DISPLAY is not set): name one in DISPLAY and start again, ' +
        'or set window = "hidden" (needs Xvfb) or "headless" under [lanes.browser]',
    ],
  )
})

test('who shall sign in hears where a window can be had, not how to do without one', { skip: onLinux }, () => {
  const faults = faultsOf(() => settle({}, {}, { show: true }))
  assert.match(faults[0] ?? '', /^a person signs in at a window, and there is no display .*ssh -X/)
})

test('without the section there is no browser, and a site pack that is not there is a fault', () => {
  const loaded = { config: config(), file: null, dataDir: '/data', cacheDir: '/cache', natsUrl: null }
  assert.deepEqual(
    faultsOf(() => browserOf({ loaded, env: {}, log: quiet })),
    ['there is no section [lanes.browser]'],
  )
  assert.throws(
    () => settle({ site: './packs/mine.json' }),
    (error) => {
      assert.ok(error instanceof SitePackFault)
      assert.match(error.message, /\/project\/packs\/mine\.json/)
      return true
    },
  )
})

test('who signs in waits until the worker has let the profile go, and nobody else signs in meanwhile', async () => {
  await using folder = await temporaryFolder()
  const browser = { ...settle({}), profileDir: folder.path }
  const lease = takeLock(join(folder.path, 'cortex-lease.json'), {})
  assert.ok(lease.taken)
  const { signal } = new AbortController()
  const reserving = reserveProfile(browser, signal)
  assert.equal(isPersonWaiting(folder.path), true)
  await assert.rejects(reserveProfile(browser, signal), /is signing in already/)
  lease.lock.release()
  {
    using _reserved = await reserving
    assert.equal(isPersonWaiting(folder.path), true)
  }
  assert.equal(isPersonWaiting(folder.path), false)
})

test('who gives up signing in is not waited for any more', async () => {
  await using folder = await temporaryFolder()
  const lease = takeLock(join(folder.path, 'cortex-lease.json'), {})
  assert.ok(lease.taken)
  await assert.rejects(reserveProfile({ ...settle({}), profileDir: folder.path }, AbortSignal.abort(new Error('Ctrl-C'))), /Ctrl-C/)
  assert.equal(isPersonWaiting(folder.path), false)
})

test('a worker that has the profile is seen, and a profile that is no folder has none', async () => {
  await using folder = await temporaryFolder()
  const profile = join(folder.path, 'auth')
  const env = { CORTEX_AUTH_DIR: profile }
  const loaded = { config: config({ lanes: { browser: {} } }), file: null, dataDir: folder.path, cacheDir: '/cache', natsUrl: null }
  assert.equal(hasWorker({ loaded, env }), false)
  {
    using _worker = await becomeOnlyWorker(settle({}, env), 'nats://here', new AbortController().signal)
    assert.equal(hasWorker({ loaded, env }), true)
  }
  assert.equal(hasWorker({ loaded, env }), false)
  writeFileSync(join(folder.path, 'file'), '')
  assert.equal(hasWorker({ loaded, env: { CORTEX_AUTH_DIR: join(folder.path, 'file') } }), false)
})
