import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { otherTabs } from '../../../browser-worker/browser/other-tabs.ts'
import { quiet } from '../../support/bus.ts'

/** Playwright's context and pages, as much of them as tabs are looked after by. */
const browserWithTab = () => {
  const open = new Set<Page>()
  const context = Object.assign(new EventEmitter(), { pages: () => [...open] }) as unknown as BrowserContext & EventEmitter
  const addTab = (opener: Page | null = null) => {
    let address = 'about:blank'
    const events = new EventEmitter()
    const given = { url: () => address, opener: async () => opener, context: () => context, close: async () => void open.delete(tab) }
    const tab = Object.assign(events, given) as unknown as Page
    open.add(tab)
    context.emit('page', tab)
    const go = async (to: string): Promise<void> => {
      await setImmediate()
      address = to
      events.emit('framenavigated')
    }
    return { tab, go }
  }
  const own = addTab().tab
  const others = otherTabs({ home: 'https://chat.test/', log: quiet, alwaysStay: false })
  others.watch(context, own)
  return { others, own, open, addTab, letBe: (may: boolean) => others.letBe(may, context, own) }
}

test('a tab that was at home while tabs may stay is remembered after its end, until they may not', async () => {
  const { others, open, addTab, letBe } = browserWithTab()
  letBe(true)
  const { tab, go } = addTab()
  await go('https://login.test/')
  assert.equal(others.wereAtHome(), false)
  await go('https://www.chat.test/welcome')
  await tab.close()
  assert.deepEqual([others.wereAtHome(), open.size], [true, 1])
  letBe(false)
  assert.equal(others.wereAtHome(), false)
})

test("neither a popup of the session's own tab nor a tab for mail is a sign-in elsewhere, but a link out of that mail is", async () => {
  const { others, own, open, addTab, letBe } = browserWithTab()
  letBe(true)
  await addTab(own).go('https://chat.test/callback')
  const mail = addTab()
  await mail.go('https://mail.test/')
  assert.equal(others.wereAtHome(), false)
  await addTab(mail.tab).go('https://chat.test/verified')
  assert.deepEqual([others.wereAtHome(), open.size], [true, 4])
})

test('tabs that may not stay are closed, those that are there and those that come', () => {
  const { others, own, open, addTab, letBe } = browserWithTab()
  letBe(true)
  addTab()
  letBe(false)
  addTab()
  assert.deepEqual([[...open], others.wereAtHome()], [[own], false])
})
