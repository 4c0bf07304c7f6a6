import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Turn, transcriptOf } from '../../../../gateway/surfaces/proxy/transcript.ts'

const turn = (role: Turn['role'], ...texts: string[]): Turn => ({ role, pieces: texts.map((text) => ({ text })) })

test('one user message goes as it is', () => {
  assert.equal(transcriptOf([turn('user', 'Hello', 'World')]), 'Hello\nWorld')
})

test('instructions go ahead of a single user message', () => {
  assert.equal(
    transcriptOf([turn('instructions', 'Be brief.'), turn('user', 'Hello')]),
    '<instructions>\nBe brief.\n</instructions>\n\nHello',
  )
})

test('instructions alone are the message', () => {
  assert.equal(transcriptOf([turn('instructions', 'Say hello.')]), 'Say hello.')
})

test('a longer conversation keeps every turn in its place', () => {
  const prompt = transcriptOf([
    turn('instructions', 'Be brief.'),
    turn('user', 'My name is Ada.'),
    turn('assistant', 'Hello Ada.'),
    turn('instructions', 'Use French.'),
    turn('user', 'Who am I?'),
  ])
  const order = ['Be brief.', 'conversation so far', 'My name is Ada.', 'Hello Ada.', 'Use French.', 'Who am I?']
  const places = order.map((text) => prompt.indexOf(text))
  assert.ok(places.every((place) => place >= 0))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.match(prompt, /<assistant>\nHello Ada\.\n<\/assistant>/)
})

test('images are named where they stood when there are several turns', () => {
  const first: Turn = { role: 'user', pieces: [{ text: 'Look:' }, { image: 1 }] }
  assert.equal(transcriptOf([first]), 'Look:')
  assert.match(transcriptOf([first, turn('assistant', 'A cat.'), turn('user', 'Sure?')]), /Look:\n\[attached image 1\]/)
})
