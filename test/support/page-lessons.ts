import type { LessonLists, WholeLesson } from '../../functions/views/lesson-lists.ts'
import type { LessonState } from '../../functions/views/lesson-search.ts'
import { noLessons } from './lessons.ts'

/** A lesson that people read. */
export const wholeLesson = (more: Partial<WholeLesson> = {}): WholeLesson => ({
  lesson: 'lesson-00000000000000aa',
  project: 'shop',
  task: 'task-1',
  category: 'antipattern',
  summary: 'Sums of money are kept in whole cents.',
  detail: 'Fractions of binary numbers drift; add whole cents and divide at the end.',
  file_paths: ['src/cart.js'],
  labels: ['money'],
  learned_at: '2026-11-20T12:00:00.000Z',
  state: 'known',
  confirmed: 1,
  applied: 3,
  helped: 2,
  ignored: 1,
  contradicted: 0,
  evidence: [{ fact: 'event-7', kind: 'finding', quote: 'src/cart.js:3\nit adds fractions' }],
  uses: [{ task: 'task-2', use: 'code', at: '2026-11-21T11:00:00.000Z' }],
  ...more,
})

/** Views that know these lessons, and what a person's word makes of one. */
export const lessonsIn = (lessons: WholeLesson[]): { lists: LessonLists; mark(id: string, state: LessonState): void } => ({
  lists: {
    ...noLessons,
    search: async ({ text, project, limit, offset = 0 }) =>
      lessons
        .filter((one) => one.summary.toLowerCase().includes(text.toLowerCase()) && (project === undefined || one.project === project))
        .slice(offset, offset + limit),
    beginningWith: async (id) => lessons.filter(({ lesson }) => lesson.startsWith(id)),
  },
  mark: (id, state) => {
    const index = lessons.findIndex(({ lesson }) => lesson === id)
    const before = lessons[index]
    if (before) lessons[index] = { ...before, state }
  },
})
