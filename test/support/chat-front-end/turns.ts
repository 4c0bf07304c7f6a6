import assert from 'node:assert/strict'
import { TurnFault, type TurnRequest } from '../../../browser-worker/turn/types.ts'
import type { HeardTurn } from '../browser.ts'
import { until } from '../browser-lane.ts'

/** An answer with what a reader may lose: a fence, a table, a list, marks, and the words of a limit and an error. */
export const plan = [
  '# The plan',
  'Do `this` **now**, not *later*:',
  '```ts\nconst fence = "a < b && c"\n\nexport default fence\n```',
  '| step | who |\n| --- | --- |\n| 1 | you |\n| 2 | me |',
  '1. one\n2. two',
  'Too many requests, something went wrong, an error occurred: words of an answer.',
].join('\n\n')

export const thoughts = [
  { name: 'Reading', ms: 900, text: 'a secret thought' },
  { name: 'Checking', ms: 900, text: 'another secret' },
]

/** A request for a new conversation, unless it says otherwise. */
export const ask = (prompt: string, more: Partial<TurnRequest> = {}): TurnRequest => ({
  prompt,
  files: [],
  conversation: { kind: 'new' },
  ...more,
})

/** The fault that ended a turn; anything else fails the test. */
export const faultOf = async (turn: Promise<{ markdown: string }>): Promise<TurnFault> => {
  const [result] = await Promise.allSettled([turn])
  if (result.status === 'fulfilled') assert.fail(`the turn was answered: ${result.value.markdown}`)
  if (!(result.reason instanceof TurnFault)) throw result.reason
  return result.reason
}

/** Waits until the page was seen to have taken the prompt. */
export const untilSent = (heard: HeardTurn): Promise<void> =>
  until(
    () => heard.told.includes('sent'),
    () => `told so far: ${heard.told.join(', ')}`,
  )
