import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { LessonAnswer, LessonsAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'
import { offset } from './paging.ts'

const tag = 'lessons'

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
    input: z.strictObject({ lesson: z.string().max(40).describe('its id, or the beginning of it') }),
    answer: LessonAnswer,
    http: { method: 'get', path: '/lessons/{lesson}', operationId: 'getLesson', tag, description: 'The lesson' },
    handler: async ({ lesson: id }, { views }) => {
      const [lesson, other] = await views.lessons.beginningWith(id)
      if (!lesson) throw new RequestFault(404, [`there is no lesson ${id}`])
      if (other) throw new RequestFault(400, [`lesson: several begin with "${id}"`])
      return { ...lesson }
    },
  }),
}
