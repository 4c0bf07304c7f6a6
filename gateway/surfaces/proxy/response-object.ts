import type { ProxyFault } from './fault.ts'
import type { JobState, JobView } from './jobs.ts'
import { responseId } from './responses-request.ts'
import { responseUsage } from './usage.ts'

/** What a response repeats of its request. */
export interface Echo {
  readonly model: string
  readonly instructions?: unknown
  readonly previous_response_id?: unknown
  readonly metadata?: unknown
  readonly text?: unknown
  readonly max_output_tokens?: unknown
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
  parallel_tool_calls: false,
  previous_response_id: echo.previous_response_id ?? null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: null,
  text: echo.text ?? { format: { type: 'text' } },
  tool_choice: 'none',
  tools: [],
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

const statuses: Readonly<Record<JobState, ResponseParts['status']>> = {
  queued: 'queued',
  running: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** A response asked for by its id: what its job says. The prompt is not kept here, so its tokens are not estimated. */
export const responseOfJob = (job: JobView, background: boolean, fault?: ProxyFault) =>
  responseObject({
    id: responseId(job.id),
    createdAt: job.queuedAt,
    status: job.answer?.mayBeCut ? 'incomplete' : statuses[job.state],
    echo: { model: job.request.model, background },
    output: job.answer ? [messageItem(job.id, 'completed', [textPart(job.answer.text)])] : [],
    usage: job.answer ? responseUsage('', job.answer.text) : null,
    fault: job.state === 'failed' ? fault : undefined,
  })
