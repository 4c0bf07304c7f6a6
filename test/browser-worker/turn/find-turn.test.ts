import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostTurn } from '../../../browser-worker/turn/find-turn.ts'
import { answering, asked } from '../page/snapshots.ts'

const start = 'You are the planner of a software team. Read the request below and answer with a plan of numbered steps, please. '.repeat(2)
const prompt = `${start}The request: mend the door.`
const other = `${start}The request: paint the wall.`
const indexOf = (...[turns, trace]: [Parameters<typeof lostTurn>[0], Parameters<typeof lostTurn>[1]]) =>
  lostTurn(turns, trace, prompt)?.index

test('a prompt that only begins the same is another turn', () => {
  assert.equal(indexOf([asked(other), answering('Its plan')], {}), undefined)
  assert.equal(indexOf([asked(prompt), answering('The plan')], {}), 0)
})

test('a turn that is not known to be sent is the last of ours, and none that was there before', () => {
  const turns = [asked(prompt, 0, { id: 'u1' }), answering('The plan'), asked('And now?', 2), answering('Now', 3)]
  assert.equal(indexOf(turns, {}), undefined)
  assert.equal(indexOf(turns.slice(0, 2), { baseline: 2 }), undefined)
  assert.equal(indexOf(turns.slice(0, 2), { turnIds: ['u1'] }), undefined)
})

test('a turn of which the page cut something off is known by its id, or by its address and its position', () => {
  const cut = asked(prompt.slice(0, 180), 2, { id: 'u2' })
  const turns = [asked(other, 0, { id: 'u1' }), answering('Its plan'), cut, answering('The plan', 3)]
  assert.equal(indexOf(turns, {}), undefined)
  assert.equal(indexOf(turns, { place: { baseline: 2 } }), undefined)
  assert.equal(indexOf(turns, { place: { baseline: 2, url: 'https://chat.test/c/1' } }), 2)
  assert.equal(indexOf(turns, { place: { baseline: 0, turnId: 'u2' } }), 2)
})
