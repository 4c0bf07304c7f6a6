import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { PageFrozen } from '../../../browser-worker/browser/page-lost.ts'
import { takeTurn } from '../../../browser-worker/turn/turn.ts'
import { heardTurn, noBrowser, openTab, type TestTab } from '../../support/browser.ts'
import { processesOf } from '../../support/lane-processes.ts'
import { startPlainPage } from '../turn/plain-page.ts'

const skip = noBrowser

/** Stops the processes that run pages, as a debugger or a machine without memory does; gives their ids. */
const freeze = ({ profileDir }: TestTab): number[] => {
  const renderers = processesOf(profileDir).filter(({ line }) => line.includes('--type=renderer'))
  assert.ok(renderers.length > 0, 'no process runs a page')
  for (const { pid } of renderers) process.kill(pid, 'SIGSTOP')
  return renderers.map(({ pid }) => pid)
}

describe('a page that freezes', { concurrency: 2 }, () => {
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
})
