import { type McpServer, ProtocolError, ProtocolErrorCode, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import { RequestFault } from '../../../bus/define-service.ts'
import type { StoryAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'
import { wholeText } from '../../whole-text.ts'
import { MOST, wordsOf } from './tool-answer.ts'

/** Everything about a task that can be read, as `cortex://tasks/<id>/<part>`. */

interface Part {
  readonly name: string
  readonly description: string
  readonly mimeType: string
  readonly read: (operations: Operations, id: string, number: string) => Promise<string>
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

const parts: readonly Part[] = [
  {
    name: 'status',
    description: 'Where the task is and why it waits',
    mimeType: 'application/json',
    read: async (operations, id) => json(await operations.status({ id })),
  },
  {
    name: 'story',
    description: 'Every event of the task',
    mimeType: 'application/json',
    read: async (operations, id) => json(await wholeStory(operations, id)),
  },
  {
    name: 'plan',
    description: 'The latest plan as it is stored; the sha256 of this text is its hash',
    mimeType: 'application/json',
    read: async (operations, id) => (await wholeText((offset) => operations.plan({ id, offset }), MOST)).text,
  },
  {
    name: 'diff',
    description: 'The change as it stands',
    mimeType: 'text/x-diff',
    read: async (operations, id) => (await wholeText((offset) => operations.diff({ id, offset }), MOST)).text,
  },
  {
    name: 'logs',
    description: 'The logs of agents and checks there are',
    mimeType: 'application/json',
    read: async (operations, id) => json((await operations.logs({ id })).logs),
  },
  {
    name: 'logs/{number}',
    description: 'One log of an agent or a check',
    mimeType: 'text/plain',
    read: async (operations, id, number) =>
      (await wholeText((offset) => operations.logs({ id, number: logNumber(number), offset }), MOST)).text,
  },
]

/** How many tasks a client is shown by themselves; every other one is read by its address. */
const RECENT = 50

/** Adds the resources to a server. */
export const addResources = (server: McpServer, operations: Operations, report: (error: unknown) => void): void => {
  for (const { name, description, mimeType, read } of parts) {
    const list = name === 'status' ? () => inProtocol('cortex://tasks', report, () => recentTasks(operations)) : undefined
    const complete = { id: (begun: string) => inProtocol('cortex://tasks', report, () => idsLike(operations, begun)) }
    server.registerResource(
      `task-${name.replace('/{number}', '-text')}`,
      new ResourceTemplate(`cortex://tasks/{id}/${name}`, { list, complete }),
      { description, mimeType },
      (uri, { id, number }) =>
        inProtocol(uri.href, report, async () => ({
          contents: [{ uri: uri.href, mimeType, text: await read(operations, String(id), String(number)) }],
        })),
    )
  }
}

const recentTasks = async (operations: Operations) => {
  const { tasks } = await operations.list({ limit: RECENT })
  return {
    resources: tasks.map(({ id, title, status, phase, updatedAt }) => ({
      uri: `cortex://tasks/${id}/status`,
      name: id,
      title,
      description: `${status} (${phase})`,
      mimeType: 'application/json',
      annotations: { lastModified: updatedAt },
    })),
  }
}

const idsLike = async (operations: Operations, begun: string): Promise<string[]> =>
  (await operations.list({ limit: 200 })).tasks.map(({ id }) => id).filter((id) => id.startsWith(begun))

const wholeStory = async (operations: Operations, id: string): Promise<StoryAnswer['events']> => {
  const events: StoryAnswer['events'] = []
  for (let after = -1; ; ) {
    const piece = await operations.story({ id, after })
    events.push(...piece.events)
    if (!piece.more) return events
    after = piece.after
  }
}

const logNumber = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new RequestFault(400, [`"${text.slice(0, 20)}" is no number of a log`])
  return Number(text)
}

/** Reading has no words of its own in the protocol: faults become its errors. */
const inProtocol = async <Answer>(uri: string, report: (error: unknown) => void, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work()
  } catch (error) {
    const words = wordsOf(error, report)
    if (error instanceof RequestFault && error.code === 404) throw new ResourceNotFoundError(uri, words)
    const isTheirs = error instanceof RequestFault && error.code < 500
    throw new ProtocolError(isTheirs ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError, words)
  }
}
