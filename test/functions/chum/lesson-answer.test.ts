import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLessons } from '../../../functions/chum/lesson-answer.ts'
import { lesson, pieces } from '../../support/lessons.ts'

const lecture = {
  task: 'task-1',
  run: 0,
  project: 'shop',
  pieces,
  known: ['lesson-00000000000000aa'],
  applied: ['lesson-00000000000000bb'],
}
const answer = (...lessons: object[]): string => JSON.stringify({ lessons })

test('a lesson whose evidence stands in its piece is stored, with the fact that the piece is from', () => {
  const read = readLessons(answer(lesson()), lecture)
  assert.ok(read.kind === 'good')
  assert.partialDeepStrictEqual(read.learned, [
    {
      project: 'shop',
      category: 'antipattern',
      filePaths: ['src/cart.js'],
      evidence: [{ fact: 'event-7', kind: 'finding', quote: 'it adds  fractions' }],
      warnsOf: 'review',
    },
  ])
})

test('a quotation may break its lines elsewhere, but its words stand in the piece', () => {
  assert.equal(readLessons(answer(lesson({ evidence: [{ piece: 'P1', quote: 'it adds\nfractions' }] })), lecture).kind, 'good')
  const read = readLessons(answer(lesson({ evidence: [{ piece: 'P1', quote: 'it adds integers' }] })), lecture)
  assert.deepEqual(read, { kind: 'faulty', faults: ['lessons.0: evidence: "it adds integers" does not stand in piece P1'] })
})

test('everything that is wrong is told at once', () => {
  const strange = lesson({ evidence: [{ piece: 'P9', quote: 'it' }], same_as: 'lesson-ffffffffffffffff' })
  assert.deepEqual(readLessons(answer(strange), lecture), {
    kind: 'faulty',
    faults: [
      'lessons.0: evidence: there is no piece "P9"; they are P1 to P2',
      'lessons.0: same_as: there is no lesson "lesson-ffffffffffffffff"',
    ],
  })
  const shapeless = readLessons(answer({ category: 'opinion' }), lecture)
  assert.ok(shapeless.kind === 'faulty' && shapeless.faults.length >= 5, 'each field that is missing')
})

test('four lessons are too many, and none is an answer', () => {
  assert.equal(readLessons(answer(lesson(), lesson(), lesson(), lesson()), lecture).kind, 'faulty')
  assert.deepEqual(readLessons(answer(), lecture), { kind: 'good', learned: [], confirmed: [], contradicted: [] })
  assert.deepEqual(readLessons('I learned a lot.', lecture), { kind: 'faulty', faults: ['the answer holds no JSON object'] })
})

test('what says the same as a known lesson confirms that one', () => {
  const read = readLessons(answer(lesson({ same_as: 'lesson-00000000000000aa' })), lecture)
  assert.deepEqual(read, {
    kind: 'good',
    learned: [],
    contradicted: [],
    confirmed: [{ lesson: 'lesson-00000000000000aa', summary: 'Sums of money are kept in whole cents.' }],
  })
})

test('the same lesson of the same run has the same id, one of another run has not', () => {
  const idOf = (run: number): string => {
    const read = readLessons(answer(lesson()), { ...lecture, run })
    return read.kind === 'good' ? (read.learned[0]?.lesson ?? '') : ''
  }
  assert.match(idOf(0), /^lesson-[0-9a-f]{16}$/)
  assert.equal(idOf(0), idOf(0))
  assert.notEqual(idOf(0), idOf(1))
})

test('it may say of a lesson that stood in the prompts that it is wrong, and of no other', () => {
  const says = (id: string) => readLessons(JSON.stringify({ lessons: [], contradicted: [id] }), lecture)
  assert.partialDeepStrictEqual(says('lesson-00000000000000bb'), { kind: 'good', contradicted: ['lesson-00000000000000bb'] })
  assert.deepEqual(says('lesson-00000000000000aa'), {
    kind: 'faulty',
    faults: ['contradicted: no lesson "lesson-00000000000000aa" stood in the prompts'],
  })
})
