import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyPage } from '../../../browser-worker/page/classify-page.ts'
import type { Notice, PageSnapshot } from '../../../browser-worker/page/snapshot.ts'
import { answering, bare, chatgpt, noon, page } from './snapshots.ts'

const stateOf = (snapshot: PageSnapshot, home?: string) => classifyPage(snapshot, chatgpt, noon, home).state
const says = (text: string, kind: Notice['kind'] = 'dialog'): Pick<PageSnapshot, 'notices'> => ({ notices: [{ kind, text }] })

test('a page with its composer is ready', () => assert.equal(stateOf(page()), 'ready'))

test('a page without composer and without any sign is unknown', () => assert.equal(stateOf(bare({ shortText: 'Hello' })), 'unknown'))

test('a redirect to the login, its host or its button means that nobody is signed in', () => {
  assert.equal(stateOf(bare({ url: 'https://chatgpt.com/auth/login?next=x' })), 'auth_required')
  assert.equal(stateOf(bare({ url: 'https://auth.openai.com/log-in' })), 'auth_required')
  assert.equal(stateOf(page({ signals: ['login'], loggedIn: false })), 'auth_required')
})

test('paths are relative to home, wherever home is', () => {
  assert.equal(stateOf(bare({ url: 'http://127.0.0.1:9/auth/login' }), 'http://127.0.0.1:9/'), 'auth_required')
  assert.equal(stateOf(bare({ url: 'http://127.0.0.1:9/auth/login' }), 'http://127.0.0.1:8/'), 'unknown')
})

test('a page of another site that nobody knows is told from one of home’s own', () => {
  const at = (url: string) => classifyPage(bare({ url }), chatgpt, noon).isElsewhere
  assert.deepEqual(
    [at('https://accounts.example/signin'), at('https://chatgpt.com/new'), at('chrome-error://x')],
    [true, undefined, undefined],
  )
  const maintenance = bare({ url: 'https://status.example/', signals: ['failed'] })
  assert.deepEqual(classifyPage(maintenance, chatgpt, noon), { state: 'degraded', reason: 'the page is out of order (by what it shows)' })
})

test('a login button somewhere does not sign out who is signed in', () => {
  assert.equal(stateOf(page({ signals: ['login'], loggedIn: true })), 'ready')
})

test('a strong sign of a challenge counts at once', () => {
  assert.equal(stateOf(bare({ title: 'Just a moment...' })), 'challenge')
  assert.equal(stateOf(bare({ signals: ['challenge'] })), 'challenge')
})

test('a weak sign of a challenge counts after twelve seconds without a composer, and never with one', () => {
  const since = (seconds: number) => ({ weakChallengeSince: noon.getTime() - seconds * 1_000 })
  assert.equal(stateOf(bare(since(11))), 'unknown')
  assert.equal(stateOf(bare(since(12))), 'challenge')
  assert.equal(stateOf(page(since(60))), 'ready')
})

test('a dialog about too many requests limits the lane until the time it shows', () => {
  const { state, until } = classifyPage(page(says('Too many requests. Try again in 5 minutes.')), chatgpt, noon)
  assert.equal(state, 'rate_limited')
  assert.equal(until?.getTime(), noon.getTime() + 300_000)
})

test('the words of a limit, an error or a challenge inside an answer mean nothing', () => {
  const words = 'Too many requests: you reached your limit. Something went wrong. Verify you are human. Suspicious activity.'
  assert.equal(stateOf(page({ turns: [answering(words)] })), 'ready')
})

test('an account that is held needs a person', () => {
  assert.equal(stateOf(bare(says('Your account was blocked because of suspicious activity', 'alert'))), 'auth_required')
})

test('an error page degrades the lane', () => assert.equal(stateOf(bare({ shortText: '502 Bad Gateway' })), 'degraded'))

test('a page that does not load is out of reach, whatever page it is', () => {
  const { state, reason } = classifyPage(bare({ url: 'chrome-error://chromewebdata/', title: 'chatgpt.com' }), chatgpt, noon)
  assert.deepEqual([state, reason], ['degraded', 'the page at chatgpt.com cannot be reached'])
})
