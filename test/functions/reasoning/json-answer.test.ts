import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonAnswer, wholeJsonAnswer } from '../../../functions/reasoning/json-answer.ts'

test('an answer that is an object is taken whole', () => {
  assert.deepEqual(jsonAnswer(' {"a": "}```"}\n'), { a: '}```' })
})

test('an object in a fence is taken, whatever the fence is called', () => {
  for (const name of ['json', 'JSON', '', 'plan.json'])
    assert.deepEqual(jsonAnswer(`Here:\n\`\`\`${name}\n{"a": {"b": 1}}\n\`\`\`\nDone {x}.`), { a: { b: 1 } })
})

test('a fence that stands in a string of the object does not end the block', () => {
  assert.deepEqual(jsonAnswer('```json\n{"code": "```js\\nx\\n```"}\n```'), { code: '```js\nx\n```' })
  assert.deepEqual(jsonAnswer('````\n{"a":\n1}\n````'), { a: 1 })
})

test('of several fenced objects the last one is the answer', () => {
  assert.deepEqual(jsonAnswer('Like\n```json\n{"approved": true}\n```\nbut\n```json\n{"approved": false}\n```'), { approved: false })
})

test('a fence of code before the answer is passed over', () => {
  assert.deepEqual(jsonAnswer('```ts\nconst a = {}\n```\n{"b": 2}'), { b: 2 })
})

test('an object within prose is found, braces in strings not counted', () => {
  assert.deepEqual(jsonAnswer('My verdict {not json} is {"text": "a } \\" {", "n": 1} so.'), { text: 'a } " {', n: 1 })
})

test('parts of a broken object are not taken for the answer', () => {
  assert.equal(jsonAnswer('{"plan": {"steps": []}, oops}'), null)
})

test('where there is no object there is no answer', () => {
  for (const text of ['', 'no', '[1]', '{"a": 1', '```json\n[{}]\n```'.replace('[{}]', '[]')]) assert.equal(jsonAnswer(text), null, text)
})

test('an object is the whole answer bare or in the one fence around it, and quoted beside any other word', () => {
  const fence = '```json\n{"a": 1}\n```'
  for (const text of [' {"a": 1}\n', fence, `\n${fence}  `, '~~~~\r\n{"a":\r\n1}\r\n~~~~'])
    assert.deepEqual(wholeJsonAnswer(text), { a: 1 }, text)
  for (const text of [`Like\n${fence}`, `${fence}\nso`, `${fence}\n${fence}`, 'It is {"a": 1}'])
    assert.equal(wholeJsonAnswer(text), null, text)
})
