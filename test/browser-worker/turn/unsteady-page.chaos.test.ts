import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { diagnose, reattach, takeTurn } from '../../../browser-worker/turn/turn.ts'
import { TurnFault, type TurnFile } from '../../../browser-worker/turn/types.ts'
import { heardTurn, noBrowser, openTab, type TestTab } from '../../support/browser.ts'
import { startUnsteadyPage, type UnsteadyPage } from './unsteady-page.ts'

const skip = noBrowser
let open: TestTab

before(async () => {
  if (!noBrowser) open = await openTab('about:blank')
})
after(async () => open?.[Symbol.asyncDispose]())

const tabOf = ({ url, pack }: UnsteadyPage) => ({ session: open.session, pack, home: url })
const take = (tab: ReturnType<typeof tabOf>, files: readonly TurnFile[] = [], heard = heardTurn()) =>
  takeTurn(tab, { prompt: 'Which door?', files, conversation: { kind: 'new' } }, heard.hooks)
const file: TurnFile = { name: 'a.txt', contentType: 'text/plain', bytes: new Uint8Array([1]) }
const faultOf = async (turn: Promise<unknown>): Promise<TurnFault> => {
  const [result] = await Promise.allSettled([turn])
  assert.ok(result.status === 'rejected' && result.reason instanceof TurnFault, `no fault of a turn: ${JSON.stringify(result)}`)
  return result.reason
}

test('an answer that lost its stream is loaded again before it is believed, and is whole then', { skip }, async () => {
  await using page = await startUnsteadyPage({ stream: 'cut', copy: 'nothing' }, { copyMs: 200 })
  const { text, degraded, notes } = await take(tabOf(page))
  assert.deepEqual([text, degraded], ['The first half and the second.', false])
  assert.match(notes.join('\n'), /loaded again, for the page showed an answer without its end/)
})

test('an answer without its end that the page itself has no more of is taken, and says so', { skip }, async () => {
  await using page = await startUnsteadyPage({ stream: 'cut for good' })
  const { markdown, degraded, notes } = await take(tabOf(page))
  assert.deepEqual([markdown, degraded], ['The first half', true])
  assert.match(notes.join('\n'), /^degraded: the finished bar did not come/m)
})

for (const copy of ['reload', 'leave'] as const)
  test(`a copy action that breaks the page (${copy}) costs nothing but itself, and is not pressed again`, { skip }, async () => {
    await using page = await startUnsteadyPage({ copy })
    const tab = tabOf(page)
    const first = await take(tab)
    assert.equal(first.markdown, 'The first half and the second.')
    assert.match(first.notes.join('\n'), /the copy action (failed|gave nothing)/)
    assert.match(first.dom, /The first half and the second/)
    const known = { prompt: 'Which door?', place: first.place, conversation: { kind: 'new' as const }, sentAt: new Date() }
    const again = await reattach(tab, known, heardTurn().hooks)
    assert.equal(again.markdown, first.markdown)
    assert.match(again.notes.join('\n'), /broke the page before and was left alone/)
    assert.deepEqual([page.copies(), page.asked.length], [1, 1])
  })

test('what the copy action gives is the answer', { skip }, async () => {
  await using page = await startUnsteadyPage()
  assert.equal((await take(tabOf(page))).markdown, '**copied:** The first half and the second.')
})

test('the deadline passes while the page does not let itself be looked at', { skip }, async () => {
  await using page = await startUnsteadyPage({ stream: 'never' })
  const heard = heardTurn({ deadlineMs: 2_000 })
  const sent = async () =>
    void open.session.page().evaluate('setTimeout(() => { for (const end = Date.now() + 4_500; Date.now() < end; ); }, 200)')
  const began = Date.now()
  const fault = await faultOf(take(tabOf(page), [], { ...heard, hooks: { ...heard.hooks, sent } }))
  assert.equal(fault.code, 'TURN_TIMEOUT')
  assert.ok(Date.now() - began < 4_500, `it took ${Date.now() - began} ms`)
})

test('a file that is seen to load gets more time than one that shows nothing', { skip }, async () => {
  await using page = await startUnsteadyPage({ uploadMs: 2_000 }, { attachMs: 500, attachBusyMs: 10_000 })
  await take(tabOf(page), [file])
  assert.equal(page.asked.length, 1)
})

test('a file that loads for ever may be tried again', { skip }, async () => {
  await using page = await startUnsteadyPage({ uploadMs: 60_000 }, { attachMs: 300, attachBusyMs: 700 })
  const { code, sent, retryable, message } = await faultOf(take(tabOf(page), [file]))
  assert.deepEqual([code, sent, retryable], ['ATTACHMENT_REFUSED', 'no', true])
  assert.match(message, /not ready after 1 s: 1 of 1 are shown, still loading/)
})

test('what a pack does not find any more cannot be covered: no picture and no text is taken of the page', { skip }, async () => {
  await using page = await startUnsteadyPage()
  await take(tabOf(page))
  const { pack } = page
  for (const drifted of [{ userTurn: ['.x'], assistantTurn: ['.x'] }, { composer: ['.x'] }]) {
    const tab = { ...tabOf(page), pack: { ...pack, selectors: { ...pack.selectors, ...drifted } } }
    const { report, screenshot } = await diagnose(tab)
    assert.equal(screenshot, undefined)
    assert.match(JSON.stringify(report), /"noScreenshot":"the pack finds no turns or no composer/)
    assert.doesNotMatch(JSON.stringify(report), /door|half/)
  }
  assert.ok((await diagnose(tabOf(page))).screenshot)
})
