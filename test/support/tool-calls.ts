import assert from 'node:assert/strict'
import { type Heard, hear } from './event-stream.ts'

/** A task that the sample project can do. */
export const work = {
  title: 'Say goodbye',
  description: 'In `greeting.txt`, replace `hello` with `goodbye`.',
  category: 'development',
  priority: 'high',
  project: 'sample',
}

export type Answer = Record<string, unknown>

/** `POST /execute-tool` as curl would send it. */
export const execute = async (url: string, tool_name: string, tool_input: object = {}): Promise<Answer> => {
  const body = JSON.stringify({ tool_name, tool_input })
  const answer = await fetch(`${url}/execute-tool`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const said = (await answer.json()) as Answer
  assert.equal(answer.status, 200, JSON.stringify(said))
  return said
}

/** Creates a task by a tool and answers its id. */
export const create = async (url: string, input: object): Promise<string> =>
  String((await execute(url, 'cortex_create_task', input))['task_id'])

/** Follows a task's feed of server-sent events, behind the sequence `last`. */
export const listen = (url: string, id: string, feed: 'events' | 'stream', last?: number): Promise<Heard> =>
  hear((init) => fetch(`${url}/tasks/${id}/${feed}`, init), last)
