import type { JobState, JobView } from '../../jobs/jobs.ts'
import type { ProxyFault } from './fault.ts'
import type { Answered } from './final-answer.ts'
import { responseId } from './responses-request.ts'
import { limitedAnswer } from './text-limits.ts'
import { callId, type ToolCall } from './tool-wish.ts'
import { responseUsage } from './usage.ts'

/** What a response repeats of its request. */
export interface Echo {
  readonly model: string
  readonly instructions?: unknown
  readonly previous_response_id?: unknown
  readonly metadata?: unknown
  readonly text?: unknown
  readonly max_output_tokens?: unknown
  readonly tools?: unknown
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: unknown
  readonly background?: boolean
}

export interface ResponseParts {
  readonly id: string
  readonly createdAt: string
  readonly status: 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'
  readonly echo: Echo
  readonly output: readonly object[]
  readonly usage: object | null
  readonly fault?: ProxyFault
}

/** A response as OpenAI's clients read it; settings that do not reach a chat page have their plain values. */
export const responseObject = ({ id, createdAt, status, echo, output, usage, fault }: ResponseParts) => ({
  id,
  object: 'response',
  created_at: Math.floor(Date.parse(createdAt) / 1000),
  status,
  background: echo.background ?? false,
  // Its clients know few codes here; ours is in the message.
  error: fault ? { code: 'server_error', message: `${fault.fields.code}: ${fault.message}` } : null,
  incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
  instructions: echo.instructions ?? null,
  max_output_tokens: echo.max_output_tokens ?? null,
  metadata: echo.metadata ?? {},
  model: echo.model,
  output,
  parallel_tool_calls: echo.parallel_tool_calls ?? true,
  previous_response_id: echo.previous_response_id ?? null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: null,
  text: echo.text ?? { format: { type: 'text' } },
  tool_choice: echo.tool_choice ?? 'auto',
  tools: echo.tools ?? [],
  top_p: null,
  truncation: 'disabled',
  usage,
})

export const textPart = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] })

export const messageItem = (jobId: string, status: 'in_progress' | 'completed', content: readonly object[]) => ({
  id: `msg_${jobId}`,
  type: 'message',
  status,
  role: 'assistant',
  content,
})

/** A call of a tool; its id in the list is not the one that its result names. */
export const callItem = (jobId: string, call: ToolCall, index: number) => ({
  id: `fc_${jobId}_${index}`,
  type: 'function_call',
  status: 'completed',
  call_id: callId(jobId, index),
  name: call.name,
  arguments: JSON.stringify(call.arguments),
})

/** What a response holds: its message, or the calls that it is instead. */
export const outputOf = ({ job, text, calls }: Pick<Answered, 'job' | 'text' | 'calls'>): readonly object[] =>
  calls.length > 0 ? calls.map((call, index) => callItem(job.id, call, index)) : [messageItem(job.id, 'completed', [textPart(text)])]

const statuses: Readonly<Record<JobState, ResponseParts['status']>> = {
  queued: 'queued',
  running: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** A response asked for by its id: what its job says. The prompt is not kept here, so its tokens are not estimated. */
export const responseOfJob = (job: JobView, background: boolean, fault?: ProxyFault) => {
  const said = job.answer && limitedAnswer(job.answer, job.request.limits)
  return responseObject({
    id: responseId(job.id),
    createdAt: job.queuedAt,
    status: said?.finish === 'length' ? 'incomplete' : statuses[job.state],
    echo: { model: job.request.model, background },
    output: said ? [messageItem(job.id, 'completed', [textPart(said.text)])] : [],
    usage: said ? responseUsage('', { text: said.text, calls: [] }) : null,
    fault: job.state === 'failed' ? fault : undefined,
  })
}
