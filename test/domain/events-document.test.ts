import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadFunctions, loadRoom } from '../../bus/load-functions.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { everyFunction, graphFaults, renderEvents } from '../../domain/events-document.ts'
import { chain, chainCatalogue } from '../support/chain.ts'

const root = join(import.meta.dirname, '../..')
const staged = () => new Map(Object.entries(chain()).map(([name, fn]) => [name, { ...fn, stage: 'links' }]))

test('EVENTS.md is what the catalogue and the functions say', async () => {
  const written = await readFile(join(root, 'domain/EVENTS.md'), 'utf8')
  assert.equal(written, renderEvents(catalogue, await everyFunction()), 'run `npm run events`')
})

test('every declared event is emitted and heard by someone, and no function names an event that is not declared', async () => {
  assert.deepEqual(graphFaults(catalogue, await everyFunction()), [])
})

test('every function has its test', async () => {
  const without = [...(await everyFunction())]
    .map(([name, { stage }]) => (stage === 'browser-worker' ? join('test', stage, name) : join('test/functions', stage, name)))
    .filter((path) => !['.test.ts', '.int.test.ts'].some((ending) => existsSync(join(root, path + ending))))
  assert.deepEqual(without, [])
})

test('an event nobody emits or hears and a name that is not declared are told, all at once', () => {
  const { first, second } = chain()
  const some = new Map([
    ['first', { ...first, stage: 'links' }],
    ['second', { ...second, emits: ['link.unknown'], stage: 'links' }],
  ])
  const { 'task.created': created, 'link.first': one, 'link.second': two } = chainCatalogue
  const faults = graphFaults({ 'task.created': { ...created, emitter: 'the test' }, 'link.first': one, 'link.second': two }, some)
  assert.deepEqual(
    faults.map((fault) => fault.split(':')[0]),
    ['nobody emits link.second', 'nobody hears link.second', 'second names link.unknown, which is not in the catalogue'],
  )
})

test('the document shows an event with its data, its emitters and its listeners, and the graph between them', () => {
  const text = renderEvents(chainCatalogue, staged())
  assert.match(text, /\| `task.created` v1 \(door\) \| A chain begins\. \| {2}\| first \|/)
  assert.match(text, /\| `link.first` v1 \| One\. \| first \| second \|/)
  assert.match(text, /- `link.first`: n: integer\n/)
  assert.match(text, /\| links \| first \| 10s \| 3 \(10ms\) \| 16 \|/)
  assert.match(text, /- first: task.created -> link.first\n/)
  assert.match(text, /e_task_created --> f_first\n {2}f_first --> e_link_first/)
})

test('functions are found by their files, those of a room without stages too; helpers, views and the gateway are none; faults are told all at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-functions-'))
  try {
    for (const [path, text] of Object.entries({
      'review/judge.ts': 'export default { on: ["a.b"], emits: [], handler: () => [] }',
      'intake/admit.ts': 'export default { door: true, emits: [], handler: () => [] }',
      'intake/rule.ts': 'export const rule = () => true',
      'intake/value.ts': 'export default { on: ["a.b"] }',
      'views/list.ts': 'throw new Error("never imported")',
    })) {
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const found = await loadFunctions(folder)
    assert.deepEqual([...found].map(([name, { stage }]) => `${stage}/${name}`).sort(), ['intake/admit', 'review/judge'])
    assert.deepEqual(
      [...(await loadRoom(join(folder, 'review')))].map(([name, { stage }]) => `${stage}/${name}`),
      ['review/judge'],
    )
    await writeFile(join(folder, 'intake/judge.ts'), 'export default { on: ["a.b"], emits: [], handler: () => [] }')
    await writeFile(join(folder, 'intake/broken.ts'), 'throw new Error("out of order")')
    await assert.rejects(loadFunctions(folder), (error: Error) => {
      assert.match(error.message, /broken\.ts cannot be loaded: out of order/)
      assert.match(error.message, /two functions "judge", in intake and in review/)
      return true
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('no line and no cell of the document is too long to read', async () => {
  const lines = renderEvents(catalogue, await everyFunction()).split('\n')
  for (const line of lines) assert.ok(line.length <= 400, line)
  const rows = lines.filter((line) => line.startsWith('|'))
  for (const cell of rows.flatMap((row) => row.split('|'))) assert.ok(cell.length <= 200, cell)
})
