import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageSnapshot } from '../../../browser-worker/page/snapshot.ts'
import { commitProof } from '../../../browser-worker/turn/commit-proof.ts'
import { answering, asked, chatgpt, page } from '../snapshots.ts'

const prompt = 'Compare **these** two plans:\n\n1. first\n2. second'
const full = { composer: { count: 1, textLength: prompt.length, textStart: prompt } }
const kindOf = (now: PageSnapshot, before = page(), isStable = false) => commitProof(before, now, prompt, chatgpt, isStable).kind
const alert = (text: string) => ({ notices: [{ kind: 'alert' as const, text }] })

test('a new turn of ours that begins like the prompt proves the commit, however it is rendered', () => {
  assert.equal(kindOf(page({ turns: [asked('You said: Compare these two plans: 1. first 2. second')] })), 'committed')
})

test('the same prompt that stood there before proves nothing', () => {
  const before = page({ turns: [asked(prompt), answering('Old')] })
  assert.equal(kindOf(page({ turns: before.turns }), before), 'pending')
  assert.equal(kindOf(page({ turns: [...before.turns, asked(prompt, 2)] }), before), 'committed')
})

test('an emptied composer proves it only with a new turn and an answer on its way', () => {
  const odd = [asked('(a picture)')]
  assert.equal(kindOf(page()), 'pending')
  assert.equal(kindOf(page({ turns: odd })), 'pending')
  assert.equal(kindOf(page({ turns: odd, stop: true })), 'committed')
  assert.equal(kindOf(page({ turns: odd, url: 'https://chatgpt.com/c/1' }), page(), true), 'committed')
  assert.equal(kindOf(page({ turns: odd, stop: true, ...full })), 'pending')
})

test('the page refuses by what it says, and only what is new', () => {
  const refusalOf = (text: string, change: Partial<PageSnapshot> = full) => {
    const proof = commitProof(page(), page({ ...alert(text), ...change }), prompt, chatgpt, false)
    return proof.kind === 'refused' ? proof.code : proof.kind
  }
  assert.equal(refusalOf('The message you submitted was too long'), 'MESSAGE_TOO_LONG')
  assert.equal(refusalOf('Too many requests'), 'LANE_UNAVAILABLE')
  assert.equal(refusalOf('Something went wrong'), 'ANSWER_FAILED')
  assert.equal(refusalOf('Your chats are synced'), 'pending')
  const known = page(alert('Too many requests'))
  assert.equal(kindOf(page({ ...alert('Too many requests'), ...full }), known), 'pending')
})

test('a failure that took the prompt from the composer refuses nothing: it may have been sent', () => {
  assert.equal(kindOf(page(alert('Something went wrong'))), 'pending')
  assert.equal(kindOf(page({ ...alert('Too many requests'), stop: true })), 'pending')
})
