import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { checks } from '../phases.ts'
import { because, count } from '../words/pieces.ts'
import { Id } from './shared.ts'

export const LessonCategories = ['pattern', 'antipattern', 'rule', 'insight'] as const

/** The steps that a change can fail at. */
export const LessonSteps = ['code', 'review', ...checks] as const
export type LessonStep = (typeof LessonSteps)[number]

/** What shows that a lesson is true: words that stand in a fact of the task it was learned from. */
export const LessonEvidence = z.object({
  /** `ce-id` of the fact. */
  fact: z.string(),
  kind: z.enum(['plan', 'diff', 'finding', 'check', 'end']),
  quote: z.string(),
})

export const LessonId = z.string().regex(/^lesson-[0-9a-f]{16}$/, 'the id of a lesson is "lesson-" and 16 hexadecimal digits')

export const Lesson = z.object({
  lesson: LessonId,
  project: z.string(),
  category: z.enum(LessonCategories),
  summary: z.string(),
  detail: z.string(),
  filePaths: z.array(z.string()),
  labels: z.array(z.string()),
  evidence: z.array(LessonEvidence),
  /** The step that said so: what the lesson warns of. Absent where no step did. */
  warnsOf: z.enum(LessonSteps).optional(),
})
export type Lesson = z.infer<typeof Lesson>

/** Where a lesson was shown. */
export const LessonUse = z.enum(['plan', 'code', 'review'])
export type LessonUse = z.infer<typeof LessonUse>

const about = z.object({ lesson: z.string() })

export const lessonEvents = {
  'learner.started': defineEvent({
    summary: "A task's run is over, or as good as: what it teaches is thought about in a story of its own.",
    data: z.object({
      task: Id,
      run: z.int(),
      project: z.string(),
      agent: z.string(),
      /** The lessons that stood in its prompts. */
      applied: z.array(z.string()).default([]),
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
  'learner.doubted': defineEvent({
    summary: 'Some of the lessons of the answer may be known already: it is asked which, and they wait for that.',
    data: z.object({
      /** As JSON: the lessons, each with those that may say the same. */
      doubts: BlobRef,
      /** What the answer taught beside them. */
      learned: z.int(),
      confirmed: z.int(),
    }),
    words: () => 'some of the lessons may be known already',
  }),
  'learner.undecided': defineEvent({
    summary: 'Nobody says whether the lessons are known already: they count as new.',
    data: z.object({ reason: z.string() }),
    words: ({ reason }) => `nobody says whether the lessons are known already${because(reason)}`,
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
  'lesson.helped': defineEvent({
    summary: 'A lesson stood in the prompt for the author, and what it warns of was passed at the first attempt.',
    remembered: true,
    audience: 'views and people',
    data: about,
    words: ({ lesson }) => `${lesson} helped`,
  }),
  'lesson.ignored': defineEvent({
    summary: 'A lesson stood in the prompt for the author, and the step failed over a file that it is about.',
    remembered: true,
    audience: 'views and people',
    data: about,
    words: ({ lesson }) => `${lesson} was not heeded`,
  }),
  'lesson.contradicted': defineEvent({
    summary: 'What a task taught says the contrary of a lesson that stood in its prompts.',
    remembered: true,
    audience: 'views and people',
    data: about,
    words: ({ lesson }) => `${lesson} is contradicted`,
  }),
  'lesson.retired': defineEvent({
    summary: 'A lesson stands in no prompt any more: it hurt more than it helped.',
    remembered: true,
    audience: 'views and people',
    data: about.extend({ reason: z.string() }),
    words: ({ lesson, reason }) => `${lesson} is retired: ${reason}`,
  }),
  'lesson.pinned': defineEvent({
    summary: 'A person wants a lesson to count, whatever its age and record; its subject is the id of the lesson.',
    remembered: true,
    audience: 'views and people',
    data: z.object({ by: z.string(), channel: z.string(), reason: z.string() }),
    words: ({ by, reason }) => `pinned by ${by}${because(reason)}`,
  }),
  'lesson.forgotten': defineEvent({
    summary: 'A person wants a lesson to stand in no prompt any more; its subject is the id of the lesson.',
    remembered: true,
    audience: 'views and people',
    data: z.object({ by: z.string(), channel: z.string(), reason: z.string() }),
    words: ({ by, reason }) => `to be forgotten, says ${by}${because(reason)}`,
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
export const LearnerAnswer = z.object({
  lessons: z
    .array(
      z.object({
        category: z.enum(LessonCategories),
        summary: Text.max(200),
        detail: Text.max(2000),
        file_paths: z.array(Text.max(300)).max(20),
        labels: z.array(Text.max(40)).max(10),
        evidence: z
          .array(z.object({ piece: z.string().max(20), quote: Text.max(1000) }))
          .min(1)
          .max(5),
        same_as: z.string().max(40).nullable().default(null),
      }),
    )
    .max(3),
  contradicted: z.array(z.string().max(40)).max(5).default([]),
})

/** What is answered when lessons are compared with known ones. */
export const SameAnswer = z.object({ same: z.array(z.object({ note: z.string().max(10), as: z.string().max(40).nullable() })).max(3) })
