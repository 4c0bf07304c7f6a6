import type { Body } from './body.ts'
import type { Jobs } from './jobs.ts'
import { type Gathered, type ImageSource, readContent } from './message-content.ts'
import { type Question, questionOf, type Wishes } from './question.ts'
import type { Turn } from './transcript.ts'

const roles: Readonly<Record<string, Turn['role']>> = {
  system: 'instructions',
  developer: 'instructions',
  user: 'user',
  assistant: 'assistant',
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The turns of a list of messages of either API; every message is kept. */
export const readMessages = async (messages: unknown, param: string, source: ImageSource, gathered: Gathered): Promise<Turn[]> => {
  if (!Array.isArray(messages) || messages.length === 0) {
    gathered.faults.push({ param, message: 'must be a list of messages with at least one in it' })
    return []
  }
  const turns: Turn[] = []
  for (const [index, message] of messages.entries()) {
    const turn = await readMessage(message, `${param}.${index}`, source, gathered)
    if (turn) turns.push(turn)
  }
  return turns
}

const readMessage = async (message: unknown, param: string, source: ImageSource, gathered: Gathered): Promise<Turn | undefined> => {
  const said = isRecord(message) && typeof message.role === 'string' ? message.role : ''
  const role = Object.hasOwn(roles, said) ? roles[said] : undefined
  if (!isRecord(message) || !role) {
    const known = Object.keys(roles).join(', ')
    const words = ['tool', 'function'].includes(said) ? 'results of tools are not supported' : `must be one of ${known}`
    gathered.faults.push({ param: `${param}.role`, message: words })
    return undefined
  }
  if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)
    gathered.faults.push({ param: `${param}.tool_calls`, message: 'calls of tools are not supported' })
  return { role, pieces: await readContent(message.content, `${param}.content`, source, gathered) }
}

/** `response_format` as OpenAI nests it, made flat. */
const flatFormat = (wish: unknown): unknown =>
  isRecord(wish) && isRecord(wish.json_schema) ? { type: wish.type, ...wish.json_schema } : wish

/** A body of `/v1/chat/completions`, or a job's payload. Throws `ProxyFault` with everything that is wrong with it. */
export const readChatRequest = async (
  body: Body,
  {
    jobs,
    source,
    rest,
    notes,
    gathered = { images: [], faults: [] },
    prefix = '',
  }: {
    jobs: Jobs
    source: ImageSource
    rest: Wishes['rest']
    notes?: readonly string[]
    gathered?: Gathered
    /** Where the body lies in a larger one, for the names of fields at fault. */
    prefix?: string
  },
): Promise<Question> => {
  const turns = await readMessages(body.messages, `${prefix}messages`, source, gathered)
  const format = { wish: flatFormat(body.response_format), param: `${prefix}response_format` }
  return questionOf(jobs, { turns, gathered, body, effort: body.reasoning_effort, format, notes, rest })
}
