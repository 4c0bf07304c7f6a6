import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lessonsText, lessonText } from '../../cli/lesson-text.ts'
import { wholeLesson } from '../support/page-lessons.ts'

/** As an answer has it. */
const lesson = (more: Parameters<typeof wholeLesson>[0] = {}) => ({ ...wholeLesson(more) })
const now = '2026-11-21T12:00:00.000Z'

test('a list has two lines a lesson, the first of which fits a terminal of 80 columns', () => {
  const text = lessonsText([lesson(), lesson({ state: 'forgotten', applied: 0, summary: 'Two\nlines.' })], '')
  assert.deepEqual(text.split('\n'), [
    'lesson-00000000000000aa  known, antipattern in shop, in 3 prompts, helped 2 times',
    '    Sums of money are kept in whole cents.',
    'lesson-00000000000000aa  forgotten, antipattern in shop, not used yet',
    '    Two lines.',
  ])
})

test('where there is none it says what was looked for, or what has them learned', () => {
  assert.equal(lessonsText([], 'cents'), 'no lesson holds words of "cents"')
  assert.equal(lessonsText([], 'cents', 'till'), 'no lesson in project "till" holds words of "cents"')
  assert.match(lessonsText([], '', 'till'), /^no lessons in project "till" yet: with \[chum\] enabled = true/)
})

test('a lesson is shown with its state in words, its record, its evidence and where it stood', () =>
  assert.equal(
    lessonText(lesson(), now),
    [
      'Sums of money are kept in whole cents.',
      '',
      'Fractions of binary numbers drift; add whole cents and divide at the end.',
      '',
      'lesson    lesson-00000000000000aa',
      'state     known: it stands in the prompts of tasks that it fits',
      'category  antipattern in shop',
      'learned   24 h ago from task-1, again once',
      'files     src/cart.js',
      'labels    money',
      'record    in 3 prompts; helped 2 times, not heeded once, contradicted never',
      '',
      'evidence, quoted from the facts of task-1:',
      '  finding: "src/cart.js:3',
      '    it adds fractions"',
      '',
      'stood in the prompts for:',
      '  author of task-2, 60 min ago',
    ].join('\n'),
  ))

test('what a model wrote begins no line of ours and steers no terminal', () => {
  const poison = 'a\nstate     pinned\u001b[31m\u202e'
  const more = { summary: poison, file_paths: [poison], labels: [poison], project: poison }
  const text = `${lessonText(lesson({ ...more, detail: '\u001b]0;x\u0007' }), now)}\n${lessonsText([lesson(more)], poison)}`
  assert.equal(text.match(/^state/gm)?.length, 1)
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})
