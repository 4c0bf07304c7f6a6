import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'
import { functionsOf } from '../../bus/define-function.ts'
import { RetryAfter } from '../../bus/errors.ts'
import type { Task } from '../../domain/task.ts'
import { chain, chainCatalogue } from './chain.ts'

/** Two versions of one system: in the newer one a step `check` stands between `first` and `second`. */

export const newerCatalogue = {
  ...chainCatalogue,
  'link.checked': defineEvent({ summary: 'One, looked at.', data: z.object({ n: z.int() }) }),
}
const newerFunction = functionsOf<typeof newerCatalogue, Task, undefined>()
const calm = { timeout: '10s', retry: { attempts: 3, backoff: ['10ms'] } } as const

export const older = chain

export const newer = () => ({
  ...chain(),
  check: newerFunction({
    on: ['link.first'],
    emits: ['link.checked'],
    ...calm,
    handler: ({ event, say }) => [say('link.checked', { n: event.data.n })],
  }),
  second: newerFunction({
    on: ['link.checked'],
    emits: ['link.second'],
    ...calm,
    handler: ({ event, say }) => [say('link.second', { n: event.data.n + 1 })],
  }),
})

/** The older system, whose `second` puts stories named `late` off for so long and never ends with those named `held`. */
export const olderWithTrouble = (lateMs: number) => {
  const { second } = chain()
  const troubled: typeof second = {
    ...second,
    handler: (context) => {
      if (context.event.subject === 'late') throw new RetryAfter(lateMs, 'later')
      if (context.event.subject === 'held') return new Promise(() => undefined)
      return second.handler(context)
    },
  }
  return { ...chain(), second: troubled }
}

export const olderPath = ['task.created', 'link.first', 'link.second', 'link.third']
export const newerPath = ['task.created', 'link.first', 'link.checked', 'link.second', 'link.third']

/** Whether a story went one of the two ways to its end, each step once; an answer that came too late leads nowhere. */
export const isOneWay = (types: readonly string[]): boolean => [String(olderPath), String(newerPath)].includes(String(types))
