import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, writeFiles } from './temporary.ts'

const errors = `
import { executionAsyncId } from 'node:async_hooks'
import { before, describe, test } from 'node:test'
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const ids = new Set()
test('throws late', async () => { await 1; setTimeout(() => { throw new Error('late') }, 20) })
test('rejects late', async () => { await 1; setTimeout(() => Promise.reject(new Error('late, too')), 40) })
test('throws beside itself', async () => { await 1; setTimeout(() => { throw new Error('in it') }, 1); await wait(3000) })
describe('a suite', { concurrency: 2 }, () => {
  before(async () => { await 1; setImmediate(() => { throw new Error('of a hook') }) })
  test('lets something float', async () => { void (async () => { await 1; throw new Error('floating') })(); await wait(3000) })
  test('passes beside it', () => wait(50))
})
test('has a test', async (t) => {
  await t.test('inside', async () => { process.nextTick(() => { throw new Error('inside') }); await wait(3000) })
})
test('waits for all of them', async () => {
  await wait(150)
  for (let n = 0; n < 3; n++) { await null; ids.add(executionAsyncId()) }
  console.log('promises are ' + (ids.size > 1 ? 'followed' : 'left alone'))
})
`

/** What the runner says of that file, without times. */
const report = (file: string, argv: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] }
    execFile(process.execPath, [...argv, '--test-reporter', 'tap', file], { env, timeout: 60_000 }, (_, stdout) =>
      resolve(stdout.replaceAll(/duration_ms:? [\d.]+/g, '').replaceAll(/^ *at .*$/gm, '')),
    )
  })

test('whose an error is, is found without following promises as the runner finds it with', async () => {
  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { 'errors.test.mjs': errors })
  const file = join(folder.path, 'errors.test.mjs')
  const [theirs, ours] = [await report(file, []), await report(file, ['--import', join(import.meta.dirname, 'whose-error.ts')])]
  assert.match(theirs, /promises are followed/)
  assert.match(ours, /promises are left alone/)
  for (const name of ['throws late', 'rejects late']) assert.match(ours, new RegExp(`Test "${name}" at .* after the test ended`))
  const told = (text: string): string[] => text.split('\n').filter((line) => !/promises are|node:internal|^\s*$/.test(line))
  assert.deepEqual(told(ours).sort(), told(theirs).sort())
})
