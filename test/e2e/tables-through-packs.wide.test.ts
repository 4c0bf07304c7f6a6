import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startShapedPage } from '../browser-worker/turn/shaped-page.ts'
import { type BrowserLaneSystem, skippedWithoutBrowser, startBrowserLane } from '../support/browser-lane.ts'

/** Each a block of its own on the page. */
const blocks = [
  'Three tables follow, for `my_file.txt`, snake_case names and 2 * 3.',
  '| file | size | note |\n| :-- | --: | :-: |\n| my_file.txt | 12 | a \\| b |\n| `x \\| y` | 7 | **bold** and *slanted* |\n| [a link](https://e.example/p_q) | -1 |  |',
  '- one\n  - below, with snake_case\n    - further below\n- two',
  '1. one\n1. two\n1. three',
  '| key | value |\n| --- | --- |\n| \\*kept\\* | 1. first |\n| *** | - second |\n| \\_so\\_ | `` a`b `` |',
  '```ts\nconst a_b = `x | y`\n| not | a table |\n1. 1. 1.\n  b(1 * 2)\n```',
  '> a | quoted | line with `code_in_it`',
  `| n | words |\n| --: | --- |\n${Array.from({ length: 40 }, (_, n) => `| ${n} | row_${n} of many, ~~gone~~ and [kept] |`).join('\n')}`,
  'That is all.',
]
const written = blocks.join('\n\n')
/** What a page shows of a list whose numbers are all the same. */
const counted = written.replace('1. one\n1. two\n1. three', '1. one\n2. two\n3. three')
const tight = (text: string): string => text.replace(/[ \t]+/g, '').trim()

const messages = [{ role: 'user', content: 'Show me tables' }]
const question = { model: 'cortex', messages }

const streamed = async (answer: Response): Promise<string> => {
  const events = (await answer.text()).split('\n\n').flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice(6))] : []))
  for (const event of events) assert.equal(event.error, undefined)
  return events.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
}

const inLines = async (answer: Response): Promise<string> => {
  const lines = (await answer.text()).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  for (const line of lines) assert.equal(line.error, undefined)
  return lines.map(({ message }) => message?.content ?? '').join('')
}

/** Asks in every form: whole, what is copied or else shown; streamed, what a page showed as it grew. */
const isShown = async (lane: BrowserLaneSystem, whole: string): Promise<void> => {
  assert.equal(tight(await lane.ask('Show me tables')), tight(whole))
  const readings = [written, counted].map(tight)
  const live = await streamed(await lane.post('/v1/chat/completions', { ...question, stream: true }))
  assert.ok(readings.includes(tight(live)), live)
  assert.equal(tight(await inLines(await lane.post('/api/chat', { ...question, stream: false }))), tight(whole))
  const grown = await inLines(await lane.post('/api/chat', { ...question, stream: true }))
  assert.ok(readings.includes(tight(grown)), grown)
}

for (const [site, whole] of [
  ['chainlit', written],
  ['gradio', counted],
] as const)
  test(`a long answer full of tables comes through every door as it was written: ${site}`, { timeout: 300_000 }, async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using page = await startShapedPage(site, [{ answer: written }])
    await using lane = await startBrowserLane({ lane: { site, url: page.url } })
    await isShown(lane, whole)
  })

test('a long answer full of tables comes through every door as it was written: chatgpt', { timeout: 300_000 }, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using lane = await startBrowserLane()
  lane.page.setDefaultScript({ answer: written, thinking: { ms: 300 }, streaming: { charactersPerSecond: 800 }, transientUrlMs: 50 })
  await isShown(lane, written)
})
