import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wantedTasks } from '../../../../gateway/surfaces/chat/wanted-tasks.ts'

const titles = (text: string): string[] => wantedTasks(text).map(({ title }) => title)

test('without a list the whole text is one task', () =>
  assert.deepEqual(wantedTasks('fix the failing build'), [{ title: 'fix the failing build', description: '' }]))

test('nothing asks for nothing', () => assert.deepEqual(wantedTasks(' \n '), []))

const lists: Readonly<Record<string, string>> = {
  dashes: '- a\n- b\n- c',
  stars: '* a\n* b\n* c',
  bullets: '• a\n• b\n• c',
  'numbers with a dot': '1. a\n2. b\n3. c',
  'numbers with a bracket': '1) a\n2) b\n3) c',
  'numbers in brackets': '(1) a\n(2) b\n(3) c',
  'empty lines between': '- a\n\n- b\n\n- c',
  'numbers within a line': 'do these: 1) a 2) b 3) c',
  'numbers within a line, with words that join them': 'please 1) a, 2) b; and 3) c',
  'dots within a line': '1. a 2. b 3. c',
}
for (const [name, text] of Object.entries(lists))
  test(`each item of a list is a task: ${name}`, () => assert.deepEqual(titles(text), ['a', 'b', 'c']))

test('the sentence of the third test of the chat gateway asks for three tasks', () =>
  assert.deepEqual(
    titles('Set up the following in parallel: 1) Deploy monitoring stack 2) Configure security scanning 3) Set up CI/CD pipeline'),
    ['Deploy monitoring stack', 'Configure security scanning', 'Set up CI/CD pipeline'],
  ))

test('what stands before a list belongs to every item', () =>
  assert.deepEqual(wantedTasks('for the shop:\n- a\n- b'), [
    { title: 'a', description: 'for the shop:' },
    { title: 'b', description: 'for the shop:' },
  ]))

test('what stands deeper or under an item belongs to that item', () =>
  assert.deepEqual(wantedTasks('- a\n  - detail\n  more\n- b'), [
    { title: 'a', description: 'a\n  - detail\n  more' },
    { title: 'b', description: '' },
  ]))

test('numbers in a sentence that count nothing are no list', () => {
  for (const text of [
    'update node 20) to 22',
    'port 1. and then',
    'use v1. 5 of it',
    'fix (3) failing tests',
    'add 2) two',
    'release 1.2.3 and 2.0.0',
  ])
    assert.deepEqual(titles(text), [text])
})

test('one item with a mark is one task without the mark', () => assert.deepEqual(titles('- fix it'), ['fix it']))

test('a long line becomes a short title, and nothing of it is lost', () => {
  const text = `Fix the login page. ${'It fails for everybody with a very long name. '.repeat(5)}`.trim()
  const [task] = wantedTasks(text)
  assert.equal(task?.title, 'Fix the login page. It fails for everybody with a very long name.'.slice(0, 65))
  assert.equal(task?.description, text)
})

test('a title without a sentence is cut between words', () => {
  const [task] = wantedTasks(`fix ${'something '.repeat(40)}`)
  assert.ok((task?.title.length ?? 999) <= 120 && task?.title.endsWith('something…'), String(task?.title))
})

test('the first line is the title, the rest the description', () =>
  assert.deepEqual(wantedTasks('Fix the cart\nIt adds wrongly.'), [
    { title: 'Fix the cart', description: 'Fix the cart\nIt adds wrongly.' },
  ]))
