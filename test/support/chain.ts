import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'
import { doorOf, functionsOf, orderedOf } from '../../bus/define-function.ts'
import type { Task } from '../../domain/task.ts'

/** A small catalogue of a test's own: a chain of three steps on tasks that exist only as `task.created`. */
const step = z.object({ n: z.int() })
export const chainCatalogue = {
  'task.created': defineEvent({ summary: 'A chain begins.', data: step, door: true }),
  'task.cancelled': defineEvent({ summary: 'It ends.', data: z.object({ by: z.string(), reason: z.string() }) }),
  'link.first': defineEvent({ summary: 'One.', data: step }),
  'link.second': defineEvent({ summary: 'Two.', data: step }),
  'link.third': defineEvent({ summary: 'Three.', data: step }),
  'function.failed': defineEvent({
    summary: 'A function gave up.',
    data: z.object({
      function: z.string(),
      cause: z.string(),
      causeType: z.string(),
      reason: z.string(),
      attempts: z.int(),
      needsHuman: z.boolean(),
    }),
  }),
}
export type ChainCatalogue = typeof chainCatalogue
export const chainFunction = functionsOf<ChainCatalogue, Task, undefined>()
export const chainOrdered = orderedOf<ChainCatalogue, Task, undefined>()
export const chainDoor = doorOf<ChainCatalogue, Task, undefined>()

const calm = { timeout: '10s', retry: { attempts: 3, backoff: ['10ms'] } } as const

/** Three pure functions, each answering the one before. */
export const chain = (concurrency = 16) => ({
  first: chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    ...calm,
    concurrency,
    handler: ({ event, say }) => [say('link.first', { n: event.data.n })],
  }),
  second: chainFunction({
    on: ['link.first'],
    emits: ['link.second'],
    ...calm,
    concurrency,
    handler: ({ event, say }) => [say('link.second', { n: event.data.n + 1 })],
  }),
  third: chainFunction({
    on: ['link.second'],
    emits: ['link.third'],
    ...calm,
    concurrency,
    handler: ({ event, say }) => [say('link.third', { n: event.data.n + 1 })],
  }),
})

/** The same, reading the story and guarding every step by it. */
export const statefulChain = (concurrency = 16) => ({
  first: chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    ...calm,
    concurrency,
    guard: true,
    handler: async ({ event, state, say }) => ((await state()).sequence > 0 ? [say('link.first', { n: event.data.n })] : []),
  }),
  second: chainFunction({
    on: ['link.first'],
    emits: ['link.second'],
    ...calm,
    concurrency,
    guard: true,
    handler: async ({ event, state, say }) => ((await state()).sequence > 0 ? [say('link.second', { n: event.data.n + 1 })] : []),
  }),
  third: chainFunction({
    on: ['link.second'],
    emits: ['link.third'],
    ...calm,
    concurrency,
    guard: true,
    handler: async ({ event, state, say }) => ((await state()).sequence > 0 ? [say('link.third', { n: event.data.n + 1 })] : []),
  }),
})
