import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { because, count } from '../words/pieces.ts'
import { Id } from './shared.ts'

export const LessonCategories = ['pattern', 'antipattern', 'rule', 'insight'] as const

/** What shows that a lesson is true: words that stand in a fact of the task it was learned from. */
export const LessonEvidence = z.object({
  /** `ce-id` of the fact. */
  fact: z.string(),
  kind: z.enum(['plan', 'diff', 'finding', 'check', 'end']),
  quote: z.string(),
})

export const Lesson = z.object({
  lesson: z.string().regex(/^lesson-[0-9a-f]{16}$/),
  project: z.string(),
  category: z.enum(LessonCategories),
  summary: z.string(),
  detail: z.string(),
  filePaths: z.array(z.string()),
  labels: z.array(z.string()),
  evidence: z.array(LessonEvidence),
})
export type Lesson = z.infer<typeof Lesson>

/** Where a lesson was shown. */
export const LessonUse = z.enum(['plan', 'code', 'review'])
export type LessonUse = z.infer<typeof LessonUse>

export const lessonEvents = {
  'learner.started': defineEvent({
    summary: "A task's run is over, or as good as: what it teaches is thought about in a story of its own.",
    data: z.object({
      task: Id,
      run: z.int(),
      project: z.string(),
      agent: z.string(),
      /** What is to be learned from, as JSON: numbered pieces of the task's facts. */
      material: BlobRef,
    }),
    words: ({ task }) => `what ${task} teaches is thought about`,
  }),
  'learner.postponed': defineEvent({
    summary: "The day's learning budget of the project is spent: it waits.",
    audience: 'views and people',
    data: z.object({ until: z.iso.datetime(), reason: z.string() }),
    words: ({ until, reason }) => `waits until ${until}: ${reason}`,
  }),
  'learner.resumed': defineEvent({
    summary: 'There is a learning budget again.',
    data: z.object({}),
    words: () => 'goes on',
  }),
  'learner.refused': defineEvent({
    summary: 'The answer holds no lesson that can be stored; the learner is asked once more.',
    data: z.object({ faults: z.array(z.string()), answer: BlobRef }),
    words: ({ faults }) => `the answer cannot be stored${because(faults[0] ?? '')}`,
  }),
  'learner.ended': defineEvent({
    summary: 'Nothing more is learned from the run.',
    audience: 'views and people',
    data: z.object({ learned: z.int(), confirmed: z.int(), reason: z.string().optional() }),
    words: ({ learned, confirmed, reason }) =>
      `${count(learned, 'lesson')} learned${confirmed > 0 ? `, ${confirmed} confirmed` : ''}${because(reason ?? '')}`,
  }),
  'learning.charged': defineEvent({
    summary: 'What learning cost a project on a day so far.',
    audience: 'whoever asks for more',
    data: z.object({ project: z.string(), day: z.iso.date(), tokens: z.int(), usd: z.number(), learner: z.string() }),
    words: ({ project, day, tokens }) => `learning took ${count(tokens, 'token')} in ${project} on ${day}`,
  }),
  'lesson.learned': defineEvent({
    summary: 'A task taught something.',
    remembered: true,
    audience: 'views and people',
    data: Lesson,
    words: ({ category, summary }) => `${category}: ${summary}`,
  }),
  'lesson.confirmed': defineEvent({
    summary: 'A task taught what was known.',
    remembered: true,
    audience: 'views and people',
    data: z.object({ lesson: z.string(), summary: z.string() }),
    words: ({ lesson, summary }) => `${lesson} is true again: ${summary}`,
  }),
  'lesson.applied': defineEvent({
    summary: 'Lessons stood in a prompt.',
    remembered: true,
    audience: 'views and people',
    data: z.object({ lessons: z.array(z.string()).min(1), use: LessonUse }),
    words: ({ lessons, use }) =>
      `${count(lessons.length, 'lesson')} in the prompt for the ${use === 'code' ? 'author' : use}: ${lessons.join(', ')}`,
  }),
}

const Text = z.string().trim().min(1)

/** What a learner answers. */
export const LessonsAnswer = z.object({
  lessons: z
    .array(
      z.object({
        category: z.enum(LessonCategories),
        summary: Text.max(200),
        detail: Text.max(2000),
        file_paths: z.array(Text.max(300)).max(20),
        labels: z.array(Text.max(40)).max(10),
        evidence: z
          .array(z.object({ piece: z.string(), quote: Text.max(1000) }))
          .min(1)
          .max(5),
        same_as: z.string().nullable().default(null),
      }),
    )
    .max(3),
})
