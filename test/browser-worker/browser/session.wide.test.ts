import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ProfileInUse, prepareProfile } from '../../../browser-worker/browser/profile.ts'
import { askHome, typedLengthIn } from '../../../browser-worker/lane/ask-home.ts'
import { type LaneOptions, openLane } from '../../../browser-worker/lane/lane.ts'
import { classifyPage } from '../../../browser-worker/page/classify-page.ts'
import { readPage } from '../../../browser-worker/page/read-page.ts'
import { readPageState } from '../../../browser-worker/turn/turn.ts'
import { startSimulator } from '../../../simulator/simulator.ts'
import { log, noBrowser, openTab, quickPack, type TestTab } from '../../support/browser.ts'
import { until } from '../../support/temporary.ts'
import { startPlainPage } from '../turn/plain-page.ts'

const skip = noBrowser

/** A lane as the worker has it, in a window that can be seen. */
const laneOn = ({ tab }: TestTab, more: Partial<LaneOptions> = {}) =>
  openLane({
    open: async () => tab,
    look: readPageState,
    goHome: async (own, step) => void (await own.session.recover(step)),
    isWanted: () => false,
    personMayBeThere: true,
    askHome,
    typedLength: typedLengthIn,
    cooldowns: { auth_required: 300_000, challenge: 300_000, rate_limited: 300_000, degraded: 3000 },
    report: async () => undefined,
    log,
    ...more,
  })
const within = (ms: number) => ({ until: new Date(Date.now() + ms), signal: AbortSignal.timeout(ms), onHeld: () => undefined })

describe('a session of the browser', { concurrency: 2 }, () => {
  test('the browser that a killed worker left behind is no obstacle to the next one', { skip }, async () => {
    await using page = await startPlainPage()
    const profileDir = mkdtempSync(join(tmpdir(), 'cortex-profile-'))
    try {
      const holder = fileURLToPath(new URL('./session-holder.ts', import.meta.url))
      const worker = spawn(process.execPath, [holder, page.url, profileDir], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [said] = await once(worker.stdout, 'data')
      assert.equal(String(said), 'open\n')
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      await using next = await openTab(page.url, page.pack, { profileDir })
      assert.equal(next.session.isAlive(), true)
    } finally {
      rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 })
    }
  })

  test('a profile that a browser uses is left alone; a lock that is left over from another host is not', { skip }, async () => {
    await using page = await startPlainPage()
    const profileDir = mkdtempSync(join(tmpdir(), 'cortex-profile-'))
    try {
      symlinkSync('some-other-host-12345', join(profileDir, 'SingletonLock'))
      await using open = await openTab(page.url, page.pack, { profileDir })
      assert.equal(open.session.isAlive(), true)
      assert.equal(statSync(profileDir).mode & 0o777, 0o700)
      const lock = readlinkSync(join(profileDir, 'SingletonLock'))
      assert.throws(() => prepareProfile(profileDir), ProfileInUse)
      assert.equal(readlinkSync(join(profileDir, 'SingletonLock')), lock)
    } finally {
      rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 })
    }
  })

  test('a tab that crashes or is closed is lost at once and comes back without a new browser', { skip }, async () => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    for (const lose of [() => open.session.page().goto('chrome://crash'), () => open.session.page().close()]) {
      const lost = once(open.session.lost(), 'abort')
      await Promise.allSettled([lost, lose()])
      assert.equal(open.session.isAlive(), false)
      assert.throws(() => open.session.page(), { name: 'PageLost' })
      assert.equal(await open.session.recover(), 'new-page')
      assert.equal(open.session.page().url(), page.url)
    }
  })

  test('every step of the ladder brings the page back at home', { skip }, async () => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    for (const step of ['reload', 'new-page', 'new-browser'] as const) {
      assert.equal(await open.session.recover(step), step)
      assert.equal(open.session.page().url(), page.url)
      assert.equal(open.session.page().context().pages().length, 1)
    }
  })

  test('cookies that end with their browser are there in the next one, and lie in a file for its owner alone', { skip }, async () => {
    await using page = await startPlainPage()
    const profileDir = mkdtempSync(join(tmpdir(), 'cortex-profile-'))
    const cookiesOf = async ({ session }: TestTab) => (await session.page().context().cookies()).map(({ name, expires }) => [name, expires])
    try {
      {
        await using first = await openTab(page.url, page.pack, { profileDir })
        await first.session
          .page()
          .context()
          .addCookies([{ name: 'session', value: 'secret', url: page.url }])
      }
      assert.equal(statSync(join(profileDir, 'cortex-session-cookies.json')).mode & 0o777, 0o600)
      await using second = await openTab(page.url, page.pack, { profileDir })
      assert.deepEqual(await cookiesOf(second), [['session', -1]])
      assert.equal(await second.session.recover('new-browser'), 'new-browser')
      assert.deepEqual(await cookiesOf(second), [['session', -1]])
      await second.session.page().context().clearCookies()
      await second.session.markCookies()
      assert.equal(readFileSync(join(profileDir, 'cortex-session-cookies.json'), 'utf8'), '[]')
    } finally {
      rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 })
    }
  })

  test('a person may sign in in a tab of his own and close it: it is noticed within 15 s, and what other tabs he left are closed', {
    skip,
  }, async () => {
    await using page = await startSimulator({ login: true })
    await using open = await openTab(page.url)
    await using lane = laneOn(open)
    await until(() => lane.view().state === 'auth_required')
    const context = open.session.page().context()
    const other = await context.newPage()
    await context.newPage()
    await other.goto(`${page.url}/auth/login`)
    await other.click('[data-testid="login-button"]')
    await other.waitForURL((url) => url.pathname !== '/auth/login')
    await other.close()
    const signedIn = Date.now()
    await lane.ready(within(60_000))
    assert.ok(Date.now() - signedIn < 15_000, `it took ${Date.now() - signedIn} ms`)
    await until(() => context.pages().length === 1)
    assert.equal(open.session.isAlive(), true)
  })

  for (const asked of ['the address of its session', 'home'])
    test(`a sign-in that only the page’s server knows of is noticed within 15 s by ${asked}`, { skip }, async () => {
      await using page = await startSimulator({ login: true })
      const pack = quickPack()
      const { session: _, ...urls } = pack.urls
      await using open = await openTab(page.url, asked === 'home' ? { ...pack, urls } : pack)
      let answers = 0
      await using lane = laneOn(open, {
        askHome: async (tab) => {
          const answer = await askHome(tab)
          answers++
          return answer
        },
      })
      await until(() => answers > 0)
      assert.equal(lane.view().state, 'auth_required')
      page.findSession()
      const signedIn = Date.now()
      await lane.ready(within(60_000))
      assert.ok(Date.now() - signedIn < 15_000, `it took ${Date.now() - signedIn} ms`)
      assert.deepEqual(await open.session.page().context().cookies(), [])
    })

  test('the lane’s own tab is left alone at a sign-in provider, and while somebody types into it', { skip }, async () => {
    await using page = await startSimulator({ login: true })
    await using provider = await startPlainPage()
    await using open = await openTab(page.url)
    const tab = open.session.page()
    let looks = 0
    await using lane = laneOn(open, {
      look: async ({ pack, home }) => {
        looks++
        return classifyPage(await readPage(tab, pack), pack, new Date(), home)
      },
      cooldowns: { auth_required: 300_000, challenge: 300_000, rate_limited: 300_000, degraded: 1000 },
    })
    await until(() => lane.view().state === 'auth_required')
    await tab.goto(provider.url)
    const before = looks
    await until(() => looks > before + 5)
    assert.deepEqual([tab.url(), lane.view().state], [provider.url, 'auth_required'])
    assert.match(lane.view().reason, /^somebody may be signing in: /)
    assert.deepEqual([await typedLengthIn(open.tab), await askHome(open.tab)], [0, undefined])
    await tab.locator('textarea').fill('half a passw')
    assert.equal(await typedLengthIn(open.tab), 'half a passw'.length)
  })

  test('what a page gave its fields, and what nobody types into, was typed by nobody', { skip }, async () => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    const tab = open.session.page()
    await tab.setContent(`<input type=email value="me@example.com"><textarea>a draft</textarea><p contenteditable>words</p>
      <input type=range><input type=color><input type=reset><input type=image value=x><input id=code>`)
    assert.equal(await typedLengthIn(open.tab), 0)
    await tab.locator('#code').fill('123')
    await tab.locator('#code').blur()
    assert.equal(await typedLengthIn(open.tab), 3)
    await tab.locator('p').focus()
    assert.equal(await typedLengthIn(open.tab), 3 + 'me@example.com'.length + 'a draft'.length + 'words'.length)
  })

  test('when home does not load no step has helped, and the reason is told', { skip }, async () => {
    const page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    await page[Symbol.asyncDispose]()
    await assert.rejects(open.session.recover(), /did not come back by reload, new-page, new-browser: http.* did not load/)
  })
})
