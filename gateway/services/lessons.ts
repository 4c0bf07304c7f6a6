import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { WholeLesson } from '../../functions/views/lesson-lists.ts'
import { CommandAnswer, LessonAnswer, LessonsAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { offset } from './paging.ts'

const tag = 'lessons'
const lesson = z.string().max(40).describe('its id, or the beginning of it')
const reason = z.string().max(2000).trim().default('').describe('is kept with it')
/** The answer of HTTP. */
const shown = {
  schema: z.object({
    lesson: z.string(),
    outcome: z.string().describe('the type of the fact that it led to; "pending" while it is not decided yet'),
  }),
  of: ({ id, outcome }: z.infer<typeof CommandAnswer>) => ({ lesson: id, outcome }),
}

/** What tasks taught. */
export const lessonOperations = {
  lessons: defineOperation({
    name: 'lessons.search',
    summary: 'Lessons that tasks taught: those that hold words of the text, nearest first, or the newest.',
    scopes: ['read'],
    input: z.strictObject({
      text: z.string().max(500).default('').describe('words to look for; none: the newest'),
      project: z.string().max(64).optional().describe('of one project'),
      limit: z.int().min(1).max(200).default(50).describe('at most so many'),
      offset,
    }),
    answer: LessonsAnswer,
    http: { method: 'get', path: '/lessons', operationId: 'listLessons', tag, description: 'A page of them' },
    handler: async (search, { views }) => ({ lessons: (await views.lessons.search(search)).map((lesson) => ({ ...lesson })) }),
  }),
  lesson: defineOperation({
    name: 'lessons.show',
    summary: 'One lesson with its evidence and where it stood in a prompt.',
    scopes: ['read'],
    input: z.strictObject({ lesson }),
    answer: LessonAnswer,
    http: { method: 'get', path: '/lessons/{lesson}', operationId: 'getLesson', tag, description: 'The lesson' },
    handler: async ({ lesson }, context) => ({ ...(await found(context, lesson)) }),
  }),
  pinLesson: defineOperation({
    name: 'lessons.pin',
    summary: 'A lesson counts as the best, whatever its age and record; one that was retired or forgotten stands in prompts again.',
    scopes: ['operate'],
    input: z.strictObject({ lesson, reason }),
    answer: CommandAnswer,
    http: { method: 'post', path: '/lessons/{lesson}/pin', operationId: 'pinLesson', tag, description: 'It is pinned', shown },
    handler: (asked, context) => say(context, 'lesson.pinned', asked),
  }),
  forgetLesson: defineOperation({
    name: 'lessons.forget',
    summary: 'A lesson stands in no prompt any more.',
    scopes: ['operate'],
    input: z.strictObject({ lesson, reason }),
    answer: CommandAnswer,
    http: { method: 'post', path: '/lessons/{lesson}/forget', operationId: 'forgetLesson', tag, description: 'It is forgotten', shown },
    handler: (asked, context) => say(context, 'lesson.forgotten', asked),
  }),
}

/** A person's word about a lesson. */
const say = async (context: ServiceContext, type: 'lesson.pinned' | 'lesson.forgotten', asked: { lesson: string; reason: string }) =>
  command(context, type, { id: (await found(context, asked.lesson)).lesson, reason: asked.reason })

/** The only lesson whose id begins so. */
const found = async ({ views }: ServiceContext, id: string): Promise<WholeLesson> => {
  const [only, other] = await views.lessons.beginningWith(id)
  if (!only) throw new RequestFault(404, [`there is no lesson ${id}`])
  if (other) throw new RequestFault(400, [`lesson: several begin with "${id}"; give more of its id`])
  return only
}
