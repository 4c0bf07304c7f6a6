import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PageFrozen } from '../../../browser-worker/browser/page-lost.ts'
import { ProfileInUse, prepareProfile } from '../../../browser-worker/browser/profile.ts'
import { takeTurn } from '../../../browser-worker/turn/turn.ts'
import { heardTurn, noBrowser, openTab, type TestTab } from '../../support/browser.ts'
import { processesOf } from '../../support/lane-processes.ts'
import { startPlainPage } from '../turn/plain-page.ts'

const skip = noBrowser

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

  /** Stops the processes that run pages, as a debugger or a machine without memory does; gives their ids. */
  const freeze = ({ profileDir }: TestTab): number[] => {
    const renderers = processesOf(profileDir).filter(({ line }) => line.includes('--type=renderer'))
    assert.ok(renderers.length > 0, 'no process runs a page')
    for (const { pid } of renderers) process.kill(pid, 'SIGSTOP')
    return renderers.map(({ pid }) => pid)
  }

  test('a page that freezes is lost, and a new browser shows it within 15 s; nothing frozen stays behind', { skip }, async (t) => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    const lost = once(open.session.lost(), 'abort')
    const frozen = freeze(open)
    const began = Date.now()
    await lost
    assert.ok(open.session.lost().reason instanceof PageFrozen)
    assert.equal(await open.session.recover(), 'new-browser')
    t.diagnostic(`the page was back after ${Date.now() - began} ms`)
    assert.ok(Date.now() - began < 15_000, `it took ${Date.now() - began} ms`)
    assert.equal(open.session.page().url(), page.url)
    const left = processesOf(open.profileDir).filter(({ pid }) => frozen.includes(pid))
    assert.deepEqual(left, [])
  })

  test('a turn on a page that freezes breaks off at once, whatever was under way', { skip }, async () => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    let frozenAt = 0
    const sent = async (): Promise<void> => {
      freeze(open)
      frozenAt = Date.now()
    }
    const request = { prompt: 'Freeze', files: [], conversation: { kind: 'new' as const } }
    await assert.rejects(takeTurn(open.tab, request, { ...heardTurn().hooks, sent }), PageFrozen)
    assert.ok(Date.now() - frozenAt < 12_000, `it took ${Date.now() - frozenAt} ms`)
  })

  test('reloading a frozen page is no help: the step fails and a new browser comes', { skip }, async () => {
    await using page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    freeze(open)
    assert.equal(await open.session.recover('reload'), 'new-browser')
  })

  test('when home does not load no step has helped, and the reason is told', { skip }, async () => {
    const page = await startPlainPage()
    await using open = await openTab(page.url, page.pack)
    await page[Symbol.asyncDispose]()
    await assert.rejects(open.session.recover(), /did not come back by reload, new-page, new-browser: http.* did not load/)
  })
})
