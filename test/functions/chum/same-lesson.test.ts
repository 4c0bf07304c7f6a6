import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayBeSame, sameWords } from '../../../functions/chum/same-lesson.ts'
import { knownLesson } from '../../support/lessons.ts'

const lesson = { summary: 'Never add up prices as fractions.', filePaths: ['src/prices.js'], labels: ['money'] }
const may = (other: Parameters<typeof knownLesson>[0]) =>
  mayBeSame(lesson, [knownLesson({ filePaths: [], labels: [], ...other })]).length === 1

test('lessons may say the same that are about one file, share half of their words, or a label and some words', () => {
  assert.ok(may({ filePaths: ['src/prices.js'] }))
  assert.ok(may({ summary: 'Fractions: never add prices!' }))
  assert.ok(may({ summary: 'Prices are whole cents', labels: ['money'] }))
})

test('what shares a word, or a label alone, is something else', () => {
  assert.ok(!may({ summary: 'Prices are whole cents' }))
  assert.ok(!may({ summary: 'Dates are kept in UTC', labels: ['money'] }))
})

test('three are compared at most, the nearest', () => {
  const near = ['a', 'b', 'c', 'd'].map((id) => knownLesson({ lesson: id, filePaths: lesson.filePaths }))
  assert.deepEqual(
    mayBeSame(lesson, near).map(({ lesson: id }) => id),
    ['a', 'b', 'c'],
  )
})

test('the same words are the same however they are set', () =>
  assert.ok(sameWords(lesson, [knownLesson({ summary: 'never add up PRICES, as fractions' })])))
