import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeLesson } from '../../../support/page-lessons.ts'
import { form, givenPage, hostile } from '../../../support/page-world.ts'

const id = 'lesson-00000000000000aa'
const learned = (...lessons: Parameters<typeof wholeLesson>[0][]) => {
  const { world, gateway } = givenPage()
  world.lessons.push(...lessons.map((more) => wholeLesson(more)))
  const text = async (path: string): Promise<string> => (await gateway.ask(path)).text()
  return { world, gateway, text }
}

test('lessons are listed with what became of them, and searched by words and project', async () => {
  const other = { lesson: 'lesson-00000000000000bb', summary: 'Dates are kept in UTC.', project: 'till', applied: 0, helped: 0 }
  const { text } = learned({}, other)
  const all = await text('/learned')
  assert.match(all, /Sums of money[\s\S]*?in 3 prompts, helped 2 times[\s\S]*?Dates are kept[\s\S]*?not used yet/)
  assert.doesNotMatch(await text('/learned?search=dates'), /Sums of money/)
  assert.match(await text('/learned?project=stock'), /No lesson fits/)
})

test('many lessons come in pages by address', async () => {
  const { text } = learned(...Array.from({ length: 60 }, (_, index) => ({ lesson: `lesson-${index}` })))
  assert.match(await text('/learned?search=sums&project=shop'), /rel="next" href="\/learned\?search=sums&amp;project=shop&amp;offset=50"/)
  assert.match(await text('/learned?offset=50'), /rel="prev" href="\/learned\?"/)
})

test('where nothing was learned it says what has it learned', async () =>
  assert.match(await learned().text('/learned'), /There are no lessons yet[\s\S]*\[chum\] enabled = true/))

test('a lesson shows what it says, its evidence, where it stood, and its record', async () => {
  const page = await learned({}).text(`/lesson/${id}`)
  for (const part of ['add whole cents', 'it adds fractions', 'Code of <a href="/task/task-2">', 'Not heeded</dt><dd>once', 'src/cart.js'])
    assert.ok(page.includes(part), part)
})

test('a lesson is pinned and forgotten by a form that asks why, and what is so already is not offered', async () => {
  const { gateway, text } = learned({})
  const pinned = await gateway.ask(`/lesson/${id}/pin`, form({ reason: 'it is right' }))
  assert.equal(pinned.headers.get('location'), `/lesson/${id}?done=pin`)
  assert.match(await text(`/lesson/${id}?done=pin`), /The lesson is pinned\./)
  assert.doesNotMatch(await text(`/lesson/${id}`), /action="[^"]*\/pin"/)
  assert.equal((await gateway.ask(`/lesson/${id}/forget`, form({ reason: 'no' }))).headers.get('location'), `/lesson/${id}?done=forget`)
  assert.match(await text(`/lesson/${id}`), /Forgotten[\s\S]*no prompt any more/)
})

test('what is refused stays in the form, and a lesson that is not there is told in words', async () => {
  const { gateway } = learned({})
  const refused = await gateway.ask(`/lesson/${id}/forget`, form({ reason: 'x'.repeat(2001) }))
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /<details id="forget" open>[\s\S]*value="x{2001}"/)
  for (const path of ['/lesson/nothing', '/lesson/nothing/pin']) {
    const answer = await gateway.ask(path, path.endsWith('pin') ? form({ reason: 'r' }) : undefined)
    assert.deepEqual([answer.status, /there is no lesson nothing/.test(await answer.text())], [404, true])
  }
})

test('what a lesson says is never a part of the page itself', async () => {
  const { text } = learned({
    ...{ lesson: 'lesson-1', summary: hostile, detail: hostile, file_paths: [hostile], labels: [hostile], project: hostile },
    ...{ evidence: [{ fact: 'f', kind: 'plan', quote: `${hostile}\u202e` }], uses: [{ task: hostile, use: 'code', at: hostile }] },
  })
  for (const path of ['/learned', '/lesson/lesson-1']) {
    const page = await text(path)
    assert.ok(!page.includes('<img') && !page.includes('<script>') && !page.includes('\u202e'), path)
  }
})
