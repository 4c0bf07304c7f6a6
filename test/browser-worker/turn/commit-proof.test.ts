import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageSnapshot } from '../../../browser-worker/page/snapshot.ts'
import { commitProof } from '../../../browser-worker/turn/commit-proof.ts'
import { answering, asked, chatgpt, composer, page } from '../page/snapshots.ts'

const prompt = 'Compare **these** two plans:\n\n1. first\n2. second'
const full = { composer: composer(1, prompt) }
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

test('a turn that was there before proves nothing where it is drawn anew in another place', () => {
  const old = (index: number) => asked(prompt, index, { id: 'u1' })
  const before = page({ turns: [old(0)] })
  assert.equal(kindOf(page({ turns: [asked('Earlier'), answering('Old'), old(2)], stop: true }), before), 'pending')
  assert.equal(kindOf(page({ turns: [old(0), answering('Old'), asked(prompt, 2, { id: 'u2' })] }), before), 'committed')
})

test('only the last turn of ours can be the prompt, however late the ones before it are drawn', () => {
  const late = [asked(prompt), answering('Old'), asked('Something else', 2), answering('Old too', 3)]
  assert.equal(kindOf(page({ turns: late })), 'pending')
  assert.equal(kindOf(page({ turns: late, stop: true })), 'pending')
})

test('an emptied composer proves it only with a new turn that says nothing else and an answer on its way', () => {
  const odd = [asked('')]
  assert.equal(kindOf(page()), 'pending')
  assert.equal(kindOf(page({ turns: odd })), 'pending')
  assert.equal(kindOf(page({ turns: odd, stop: true })), 'committed')
  assert.equal(kindOf(page({ turns: odd, url: 'https://chatgpt.com/c/1' }), page(), true), 'committed')
  assert.equal(kindOf(page({ turns: odd, stop: true, ...full })), 'pending')
  assert.equal(kindOf(page({ turns: [asked('Other words')], stop: true })), 'pending')
})

const refusals = [
  ['The message you submitted was too long', 'MESSAGE_TOO_LONG'],
  ['Too many requests', 'LANE_UNAVAILABLE'],
  ['The file is too large', 'ATTACHMENT_REFUSED'],
  ['Something went wrong', 'ANSWER_FAILED'],
] as const

test('the page refuses by what it says, and only what is new', () => {
  const refusalOf = (text: string) => {
    const proof = commitProof(page(), page({ ...alert(text), ...full }), prompt, chatgpt, false)
    return proof.kind === 'refused' ? proof.code : proof.kind
  }
  for (const [words, code] of refusals) assert.equal(refusalOf(words), code)
  assert.equal(refusalOf('Your chats are synced'), 'pending')
  const known = page(alert('Too many requests'))
  assert.equal(kindOf(page({ ...alert('Too many requests'), ...full }), known), 'pending')
})

for (const [words, code] of refusals)
  test(`${code} that took the prompt, or a part of it, from the composer refuses nothing: it may have been sent`, () => {
    assert.equal(kindOf(page(alert(words))), 'pending')
    assert.equal(kindOf(page({ ...alert(words), composer: composer(1, prompt.slice(0, 20)) })), 'pending')
    assert.equal(kindOf(page({ ...alert(words), ...full, stop: true })), 'pending')
    assert.equal(kindOf(page({ ...alert(words), ...full, turns: [asked(prompt)] })), 'pending')
  })
