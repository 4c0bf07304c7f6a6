import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadSitePack, type SitePack } from '../../../browser-worker/sites/site-pack.ts'
import { takeTurn } from '../../../browser-worker/turn/turn.ts'
import { startSimulator } from '../../../simulator/simulator.ts'
import { type HeardTurn, heardTurn, noBrowser, openTab, quickPack, type TestTab } from '../../support/browser.ts'
import { ask } from './scenes.ts'
import { type Step, startShapedPage } from './shaped-page.ts'

let open: TestTab
const started = new AsyncDisposableStack()
before(async () => {
  if (noBrowser) return
  const home = started.use(await startSimulator())
  open = started.use(await openTab(home.url))
})
after(() => started.disposeAsync())

const first = [
  'Two tables follow, for `my_file.txt` and snake_case names.',
  '| file | size | note |\n| :-- | --: | --- |\n| my_file.txt | 12 | a \\| b |\n| other_file.txt | 7 | **bold** and `x \\| y` |',
].join('\n\n')
const second = [
  '| key | value |\n| --- | --- |\n| *a* | 1. first |\n| *** | - second |\n| empty |  |',
  '- one\n- two',
  '| last | table |\n| --- | --- |\n| <b>no tag</b> | \\_kept\\_ |',
  'That is all.',
].join('\n\n')
const interleaved: readonly Step[] = [{ thought: 'search' }, { answer: first }, { thought: 'compare' }, { answer: second }]
const whole = `${first}\n\n${second}`

const tight = (text: string): string => text.replace(/[ \t]+/g, '')
const take = async (pack: SitePack, home: string): Promise<{ markdown: string; heard: HeardTurn; notes: readonly string[] }> => {
  const heard = heardTurn()
  const { markdown, rendered, degraded, notes } = await takeTurn({ session: open.session, pack, home }, ask('Show tables'), heard.hooks)
  assert.equal(degraded, false)
  const shown = rendered ?? markdown
  assert.ok(heard.partials.length > 1, `${heard.partials.length} partials`)
  for (const partial of heard.partials) assert.ok(shown.startsWith(partial), `a stream showed ${partial}`)
  return { markdown, heard, notes }
}

for (const name of ['chainlit', 'gradio'] as const)
  test(`thoughts between the parts of an answer full of tables take nothing from it: ${name}`, { skip: noBrowser }, async () => {
    await using page = await startShapedPage(name, interleaved)
    const { markdown, heard } = await take(quickPack(loadSitePack(name)), page.url)
    assert.equal(tight(markdown), tight(whole))
    assert.ok(
      heard.partials.some((partial) => partial.includes('my_file.txt | 12')),
      'the first part was streamed',
    )
  })

test('an answer full of tables comes whole, and as a stream: chatgpt', { skip: noBrowser }, async () => {
  await using page = await startSimulator()
  page.setDefaultScript({
    answer: whole,
    commentary: ['I look around first'],
    streaming: { charactersPerSecond: 120 },
    thinking: { ms: 300 },
  })
  const { markdown, notes } = await take(quickPack(), page.url)
  assert.deepEqual([markdown, notes], [whole, []])
})

test('by its pack an answer is copied under the mouse by a person’s click, and turns are named by role', { skip: noBrowser }, async () => {
  await using page = await startShapedPage('chainlit', [{ answer: '* one\n* two' }, { thought: 'done' }], { isShy: true })
  const pack = quickPack(loadSitePack('chainlit'))
  const copying = { click: 'trusted', hover: true } as const
  const heard = heardTurn()
  const tab = {
    session: open.session,
    home: page.url,
    pack: { ...pack, copying, turns: { ...pack.turns, idAttributes: { user: ['data-step-type'], assistant: [] } } },
  }
  const turn = await takeTurn(tab, ask('Copy this'), heard.hooks)
  assert.equal(turn.markdown, '* one\n* two')
  assert.equal(turn.place.turnId, 'user_message')
  assert.match(turn.notes.join(), /^the page is in "de", and the pack chainlit is for en-US/)
  const byScript = await takeTurn(
    { ...tab, pack: { ...pack, copying: { click: 'script', hover: true } } },
    ask('And this'),
    heardTurn().hooks,
  )
  assert.match(byScript.notes.join(), /the copy action gave nothing/)
})
