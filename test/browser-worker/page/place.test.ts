import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameConversation, pathWithin, stableUrl } from '../../../browser-worker/page/place.ts'
import { chatgpt } from './snapshots.ts'

const home = 'http://127.0.0.1:8080'

test('a path is what follows the folder of home', () => {
  assert.equal(pathWithin(home, 'http://127.0.0.1:8080/c/1?x=2'), 'c/1?x=2')
  assert.equal(pathWithin('https://a.example/chat/', 'https://a.example/chat/c/1'), 'c/1')
  assert.equal(pathWithin('https://a.example/chat/', 'https://a.example/other'), null)
  assert.equal(pathWithin(home, 'http://127.0.0.1:9/c/1'), null)
  assert.equal(pathWithin(home, 'about:blank'), null)
})

test('only a stable conversation has a url to come back to', () => {
  assert.equal(stableUrl(chatgpt, home, `${home}/c/abc-1`), `${home}/c/abc-1`)
  assert.equal(stableUrl(chatgpt, home, `${home}/c/WEB:abc-1`), undefined)
  assert.equal(stableUrl(chatgpt, home, `${home}/?temporary-chat=true`), undefined)
})

test('two urls of one conversation are the same whatever follows', () => {
  assert.ok(isSameConversation(chatgpt, home, `${home}/c/abc`, `${home}/c/abc?model=x`))
  assert.ok(!isSameConversation(chatgpt, home, `${home}/c/abc`, `${home}/c/abd`))
  assert.ok(!isSameConversation(chatgpt, home, `${home}/c/abc`, `${home}/`))
})
