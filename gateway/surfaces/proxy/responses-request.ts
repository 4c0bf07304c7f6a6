import type { ConversationWish } from '../../../domain/catalogue/reasoning.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Body } from './body.ts'
import { readMessages } from './chat-request.ts'
import { type FieldFault, invalidRequest, ProxyFault } from './fault.ts'
import type { Gathered, ImageSource } from './message-content.ts'
import { type Question, questionOf } from './question.ts'
import { toolWish } from './tool-wish.ts'
import type { Turn } from './transcript.ts'

/** What a response's id says: the job that answers. */
export const responseId = (jobId: string): string => `resp_${jobId}`
export const jobOfResponse = (id: string): string => id.replace(/^resp_/, '')

/** A body of `/v1/responses`. Throws `ProxyFault` with everything that is wrong with it. */
export const readResponsesRequest = async (
  body: Body,
  { jobs, source, timeoutMs }: { jobs: Jobs; source: ImageSource; timeoutMs: number },
): Promise<Question> => {
  const gathered: Gathered = { images: [], faults: refused(body) }
  const turns = [...instructions(body, gathered.faults), ...(await inputTurns(body.input, source, gathered))]
  const question = await questionOf(jobs, {
    turns,
    gathered,
    body,
    effort: fieldOf(body.reasoning, 'effort'),
    format: { wish: fieldOf(body.text, 'format'), param: 'text.format' },
    tools: { wish: await toolWish(body, gathered.faults, true) },
    rest: { timeoutMs, priority: 'interactive', ...(body.background === true ? {} : { attended: true }) },
  })
  const conversation = await previousConversation(jobs, body.previous_response_id)
  return conversation ? { ...question, request: { ...question.request, conversation } } : question
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

const instructions = ({ instructions: text }: Body, faults: FieldFault[]): Turn[] => {
  if (text === undefined || text === null || text === '') return []
  if (typeof text === 'string') return [{ role: 'instructions', pieces: [{ text }] }]
  faults.push({ param: 'instructions', message: 'must be a text' })
  return []
}

const inputTurns = async (input: unknown, source: ImageSource, gathered: Gathered): Promise<Turn[]> => {
  if (typeof input === 'string') return [{ role: 'user', pieces: [{ text: input }] }]
  if (!Array.isArray(input)) return readMessages(input, 'input', source, gathered)
  const nameless = input.findIndex((item) => calling.includes(fieldOf(item, 'type')) && typeof fieldOf(item, 'call_id') !== 'string')
  if (nameless >= 0) gathered.faults.push({ param: `input.${nameless}.call_id`, message: 'must be the id of a call' })
  const strange = input.findIndex((item) => !understood.includes(fieldOf(item, 'type') ?? 'message'))
  if (strange < 0) return readMessages(input.map(chatMessage), 'input', source, gathered)
  gathered.faults.push({ param: `input.${strange}.type`, message: `only these are understood: ${understood.join(', ')}` })
  return []
}

const calling: readonly unknown[] = ['function_call', 'function_call_output']
const understood: readonly unknown[] = ['message', ...calling]

/** An item as a message of chat completions: calls and their results are items of their own here. */
const chatMessage = (item: unknown): unknown => {
  const of = (name: string): unknown => fieldOf(item, name)
  if (of('type') === 'function_call')
    return {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: of('call_id'), function: { name: of('name'), arguments: of('arguments') } }],
    }
  return of('type') === 'function_call_output' ? { role: 'tool', tool_call_id: of('call_id'), content: of('output') } : item
}

const refused = (body: Body): FieldFault[] => {
  const faults: FieldFault[] = []
  if (body.conversation) faults.push({ param: 'conversation', message: 'is not supported; go on with previous_response_id' })
  if (body.prompt) faults.push({ param: 'prompt', message: 'stored prompts are not supported; send the text as input' })
  if (body.background === true && body.stream === true)
    faults.push({ param: 'stream', message: 'a response in the background is not streamed; ask for it by its id' })
  const format = fieldOf(fieldOf(body.text, 'format'), 'type')
  if (body.background === true && format !== undefined && format !== 'text')
    faults.push({ param: 'text.format', message: 'is checked in the foreground only; leave out background' })
  if (body.background === true && Array.isArray(body.tools) && body.tools.length > 0)
    faults.push({ param: 'tools', message: 'are called in the foreground only; leave out background' })
  return faults
}

/** The conversation that the earlier response's job had. */
const previousConversation = async (jobs: Jobs, id: unknown): Promise<ConversationWish | undefined> => {
  if (id === undefined || id === null) return undefined
  const fault = (message: string) => invalidRequest([{ param: 'previous_response_id', message }])
  if (typeof id !== 'string') throw fault('must be the id of a response')
  const job = await jobs.find(jobOfResponse(id))
  if (!job)
    throw new ProxyFault({
      status: 404,
      code: 'JOB_NOT_FOUND',
      openaiCode: 'previous_response_not_found',
      param: 'previous_response_id',
      message: `There is no response ${id.slice(0, 100)}.`,
    })
  if (!job.answer?.conversation) throw fault(`${id} has no conversation that could go on (it is ${job.state})`)
  return { kind: 'resume', url: job.answer.conversation }
}
