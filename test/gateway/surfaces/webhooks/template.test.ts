import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOfTemplate, fill, valueAt } from '../../../../gateway/surfaces/webhooks/template.ts'

const event = JSON.parse(
  '{"a":{"b":"deep","n":0,"no":false,"nil":null},"list":[{"x":"first"},"second"],"__proto__":{"own":"a value"},"t":"{{a.b}}"}',
)
const filled = (template: string): string => fill(template, (path) => valueAt(event, path))

test('a path leads to a value of the event, also through lists', () => {
  assert.equal(filled('{{a.b}} {{ list.0.x }}/{{list.1}}'), 'deep first/second')
  assert.equal(filled('{{a.n}} {{a.no}}'), '0 false')
  assert.equal(filled('{{list}}'), '[{"x":"first"},"second"]')
})

test('what is missing, null or empty is its fallback, or nothing', () => {
  assert.equal(filled('[{{a.c}}] [{{a.c | none}}] [{{a.nil|none}}] [{{a.b | none}}]'), '[] [none] [none] [deep]')
})

test('values are text and nothing else: one that looks like a place stays as it is', () => assert.equal(filled('{{t}}'), '{{a.b}}'))

test('no path leads out of the event', () => {
  for (const path of ['constructor', 'a.constructor.name', 'toString', '__proto__.toString', 'a.b.length', 'list.map', 'a.__proto__', ''])
    assert.equal(valueAt(event, path), undefined, path)
  assert.equal(valueAt(event, '__proto__.own'), 'a value', 'the event may have a member of that name')
})

test('a template that cannot be meant is told in words', () => {
  for (const right of ['', 'plain { text }', '{{a}}', '{{ a.b | a fallback! }}', '{{$event}}'])
    assert.equal(faultOfTemplate(right), undefined)
  for (const wrong of ['{{}}', '{{ | x}}', '{{a b}}', '{{a', 'a}}']) assert.ok(faultOfTemplate(wrong), wrong)
})
