import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chatStep,
  cutTo,
  markedAt,
  markedFor,
  OWN_MARK,
  plainly,
  step,
  stepPlacesIn,
  withButtons,
  withChatSteps,
  withSteps,
} from '../../bus/next-steps.ts'

const here = (said: string): string => `HERE ${said}`
const others = 'the wish: `cortex retry task-9`; cortex login'
const sentence = `held (${others}): ${step('resume review')}, then ${chatStep('approve task-1')}`

test('a reader replaces the steps that the maker marked, and nothing that looks like one', () => {
  assert.equal(withSteps(sentence, here), `held (${others}): HERE cortex resume review, then HERE cortex approve task-1`)
  assert.equal(withChatSteps(sentence, here), `held (${others}): HERE cortex resume review, then approve task-1`)
  assert.equal(plainly(sentence), `held (${others}): cortex resume review, then cortex approve task-1`)
})

test('a step after words of several lines is found, too', () =>
  assert.equal(withSteps(`a wish\nhas lines: ${step('login')}\n`, here), 'a wish\nhas lines: HERE cortex login\n'))

test('on a page a sentence ends before what a button does, and goes on after it', () => {
  const waits = `waits (${others}): ${chatStep('approve task-1')}; the base is broken`
  assert.equal(withButtons(waits), `waits (${others}); the base is broken`)
  assert.equal(plainly(withButtons(sentence)), plainly(sentence))
})

test('whoever says the signs of a mark, even all that there are, has marked nothing', () => {
  const signs = Array.from({ length: 32 }, (_, n) => String.fromCharCode(0xfdd0 + n))
  const seen = 'the mark of another process, of this very form'
  const theirs = markedFor(step('approve task-1 --hash abc'), 'f'.repeat(32))
  for (const words of [theirs, signs.join(''), `${signs[0]}cortex login${signs[2]}`, OWN_MARK, seen]) {
    assert.equal(withSteps(words, here), words)
    assert.equal(withChatSteps(words, here), words)
    assert.deepEqual(stepPlacesIn(words).places, [])
  }
})

test('who asks over the bus is answered with the mark it said, and plainly where it said none', () => {
  const text = JSON.stringify({ why: sentence })
  assert.equal(markedFor(text, OWN_MARK), text)
  for (const none of ['', 'f'.repeat(31), '.*', `${'f'.repeat(32)}\n`]) assert.equal(markedFor(text, none), plainly(text))
  const theirs = markedFor(text, 'a'.repeat(32))
  assert.notEqual(theirs, text)
  assert.equal(withSteps(theirs, here), theirs)
})

test('the places of steps make the sentence again; a place where none stands is passed over', () => {
  const { plain, places } = stepPlacesIn(sentence)
  assert.equal(plain, plainly(sentence))
  assert.equal(markedAt(plain, places), sentence)
  const masked = plain.replace('cortex resume review', '[a secret]')
  assert.equal(markedAt(masked, places), masked)
})

test('a sentence is cut by what is read of it, and a step is never cut', () => {
  const text = `a: ${step('dead')}, b`
  const cuts = { 2: 'a…', 4: 'a: …', 14: 'a: …', 15: 'a: cortex dead…', 16: 'a: cortex dead,…', 17: text, 99: text }
  for (const [length, cut] of Object.entries(cuts)) assert.equal(plainly(cutTo(text, Number(length))), plainly(cut))
  assert.equal(withSteps(cutTo(text, 15), here), 'a: HERE cortex dead…')
})
