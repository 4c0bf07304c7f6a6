import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../../functions/reasoning/fill-prompt.ts'

test('every name in the template is filled in, also twice', () =>
  assert.equal(fill('{{a}} and {{b}} and {{a}}', { a: '1', b: '2' }), '1 and 2 and 1'))

test('what is filled in is never looked at again, whatever it holds', () =>
  assert.equal(
    fill('<task>{{task}}</task>{{plan}}', { task: '{{plan}} $& $1 {{nothing}}', plan: 'p' }),
    '<task>{{plan}} $& $1 {{nothing}}</task>p',
  ))

test('a name without a value is an error in words', () =>
  assert.throws(() => fill('{{a}} {{b}}', { a: '1' }), /needs a value for \{\{b\}\}/))
test('an empty value is a value', () => assert.equal(fill('[{{a}}]', { a: '' }), '[]'))
