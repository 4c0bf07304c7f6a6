import assert from 'node:assert/strict'
import { test } from 'node:test'
import gatherContext from '../../../functions/reasoning/gather-context.ts'
import { BASE, created, fact, requested } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { memoryBlobs } from '../../support/memory-blobs.ts'
import { config } from '../../support/stubs.ts'

const contents: Readonly<Record<string, string>> = {
  'src/cart.js': 'export const total = () => 0\n',
  'logo.bin': 'a\0b',
  'src/big.js': 'x'.repeat(30_000),
}
const git = {
  showable: async () => Object.keys(contents),
  show: async ({ file }: { file: string }) => contents[file] ?? null,
}

const asked = async (lane: 'browser' | 'api', prompt: string, purpose: 'plan' | 'review' = 'plan') => {
  const blobs = memoryBlobs()
  const routed = fact('reasoning.routed', {
    ...requested({ purpose, prompt: await blobs.put(prompt, 'text/markdown') }).data,
    workspace: { project: 'shop', sha: BASE },
    job: 'job-1',
    lane,
  })
  return { routed, blobs }
}

test('the files that matter go along with the question, and what is too long or no text is counted', async () => {
  const { routed, blobs } = await asked('browser', '<task>\nMend src/cart.js\n</task>')
  const result = given(created()).when(routed, { services: { git }, blobs }).of(gatherContext)
  await result.then('browser.asked', { lane: 'browser', job: 'job-1' })
  const prompt = await (await result.outcome()).textOf('prompt')
  assert.match(prompt, /^<task>\nMend src\/cart\.js\n<\/task>/)
  assert.match(prompt, /<file path="src\/cart\.js">\nexport const total = \(\) => 0\n<\/file>/)
  assert.match(prompt, /\(2 more files are not shown\.\)/)
  assert.ok(!prompt.includes('a\0b') && !prompt.includes('xxxx'))
})

test('the question goes to the lane that was chosen', async () => {
  const { routed, blobs } = await asked('api', 'Think.')
  await given(created()).when(routed, { services: { git }, blobs }).of(gatherContext).then('api.asked', { lane: 'api' })
})

test('a repository that cannot be read does not keep the question back, but is told of', async () => {
  const { routed, blobs } = await asked('browser', 'Think.')
  const gone = { ...git, showable: () => Promise.reject(Object.assign(new Error('no such commit'), { name: 'GitProblem' })) }
  await given(created())
    .when(routed, { services: { git: gone }, blobs })
    .of(gatherContext)
    .then('browser.asked', { warnings: [/could not be added to the question: no such commit/] })
})

/** The configuration as it is when the page's pack was read: its page takes 5,000 characters as a message. */
const shortMessages = {
  ...config(),
  lanes: { ...config().lanes, browser: { ...config({ lanes: { browser: {} } }).lanes.browser!, message: 5000 } },
}
const long = `<diff>\n+ src/cart.js ${'x'.repeat(5000)}\n</diff>`

test('a review that is too long for one message of the page is not asked there: nobody knows how much is read of a file', async () => {
  const { routed, blobs } = await asked('browser', long, 'review')
  const services = { git, config: shortMessages }
  await given(created())
    .when(routed, { services, blobs })
    .of(gatherContext)
    .then('review.unanswered', { retryable: false, lane: 'browser', reason: /the page takes 5000 as one message.*make the task smaller/ })
  const gone = { ...git, showable: () => Promise.reject(Object.assign(new Error('no such commit'), { name: 'GitProblem' })) }
  await given(created())
    .when(routed, { services: { git: gone, config: shortMessages }, blobs })
    .of(gatherContext)
    .then('review.unanswered')
  const plan = await asked('browser', long)
  await given(created()).when(plan.routed, { services, blobs: plan.blobs }).of(gatherContext).then('browser.asked')
})

test('a review has its one message: files go along only as far as they fit beside the change', async () => {
  const { routed, blobs } = await asked('browser', `<diff>\n+ src/cart.js ${'x'.repeat(2960)}\n</diff>`, 'review')
  const result = given(created())
    .when(routed, { services: { git, config: shortMessages }, blobs })
    .of(gatherContext)
  const prompt = await (await result.outcome()).textOf('prompt')
  assert.ok(!prompt.includes('<file') && prompt.includes('(3 more files are not shown.)'), prompt)
})
