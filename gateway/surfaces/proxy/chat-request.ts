import type { Jobs } from '../../jobs/jobs.ts'
import type { Body } from './body.ts'
import { type EarlierCalls, earlierCalls } from './earlier-calls.ts'
import { type Gathered, type ImageSource, readContent } from './message-content.ts'
import { type Question, questionOf, type Wishes } from './question.ts'
import { callsText, Earlier, toolWish } from './tool-wish.ts'
import type { Turn } from './transcript.ts'

const roles: Readonly<Record<string, Turn['role']>> = {
  system: 'instructions',
  developer: 'instructions',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The turns of a list of messages of either API; every message is kept. */
export const readMessages = async (messages: unknown, param: string, source: ImageSource, gathered: Gathered): Promise<Turn[]> => {
  if (!Array.isArray(messages) || messages.length === 0) {
    gathered.faults.push({ param, message: 'must be a list of messages with at least one in it' })
    return []
  }
  const turns: Turn[] = []
  const earlier = earlierCalls()
  for (const [index, message] of messages.entries()) {
    const turn = await readMessage(message, `${param}.${index}`, source, { ...gathered, earlier })
    if (turn) turns.push(turn)
  }
  return turns
}

const readMessage = async (
  message: unknown,
  param: string,
  source: ImageSource,
  gathered: Gathered & { readonly earlier: EarlierCalls },
): Promise<Turn | undefined> => {
  const said = isRecord(message) && typeof message.role === 'string' ? message.role : ''
  const role = Object.hasOwn(roles, said) ? roles[said] : undefined
  if (!isRecord(message) || !role) {
    const known = Object.keys(roles).join(', ')
    gathered.faults.push({ param: `${param}.role`, message: `must be one of ${known}` })
    return undefined
  }
  const { tool_call_id: callId } = message
  if (callId !== undefined && callId !== null && typeof callId !== 'string')
    gathered.faults.push({ param: `${param}.tool_call_id`, message: 'must be the id of a call' })
  const calls = readCalls(message.tool_calls, `${param}.tool_calls`, gathered)
  if (calls && (message.content ?? '') === '') return { role, pieces: [calls] }
  const pieces = await readContent(message.content, `${param}.content`, source, gathered)
  const of = role === 'tool' ? [{ text: `result of ${gathered.earlier.nameOf(message)}:` }] : []
  return { role, pieces: [...of, ...pieces, ...(calls ? [calls] : [])] }
}

const readCalls = (
  calls: unknown,
  param: string,
  { faults, earlier }: Gathered & { readonly earlier: EarlierCalls },
): { text: string } | undefined => {
  if (calls === undefined || calls === null || (Array.isArray(calls) && calls.length === 0)) return undefined
  if (Array.isArray(calls) && calls.every((call) => Earlier.safeParse(call).success)) {
    earlier.add(calls)
    return { text: callsText(calls) }
  }
  faults.push({ param, message: 'must be calls of functions with a name and their arguments as JSON' })
  return undefined
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
    takesTools = false,
  }: {
    jobs: Jobs
    source: ImageSource
    rest: Wishes['rest']
    notes?: readonly string[]
    gathered?: Gathered
    /** Where the body lies in a larger one, for the names of fields at fault. */
    prefix?: string
    /** Whether calls of tools can be answered. */
    takesTools?: boolean
  },
): Promise<Question> => {
  const turns = await readMessages(body.messages, `${prefix}messages`, source, gathered)
  const format = { wish: flatFormat(body.response_format), param: `${prefix}response_format` }
  const tools = takesTools ? { wish: await toolWish(body, gathered.faults) } : undefined
  return questionOf(jobs, { turns, gathered, body, effort: body.reasoning_effort, format, tools, notes, rest })
}
