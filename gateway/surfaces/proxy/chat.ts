import type { Context } from 'hono'
import { commentText, eventText } from '../../http/event-stream.ts'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import type { JobView } from '../../jobs/jobs.ts'
import { ClientGone } from './attendance.ts'
import { askedIn, type Body, jobKey, readBody } from './body.ts'
import { readChatRequest } from './chat-request.ts'
import { chatRoute } from './described/chat.ts'
import { openaiError } from './error-body.ts'
import { type Answered, finalAnswer, noteField } from './final-answer.ts'
import { lateFault } from './job-fault.ts'
import { lineTo } from './line.ts'
import { liveText, partialShower } from './live-text.ts'
import type { Question } from './question.ts'
import type { RouteNeeds } from './route-needs.ts'
import { submitQuestion } from './submit-question.ts'
import { chatToolCall } from './tool-wish.ts'
import { chatUsage } from './usage.ts'
import { wholeAnswer } from './whole-answer.ts'

/** `POST /v1/chat/completions`: JSON, or server-sent events with `stream: true`. */
export const chatRoutes = (app: GatewayApp, around: RouteNeeds): void => {
  addDescribed(app, chatRoute, async (context) => {
    const body = await readBody(context)
    const { jobs, source, settings } = around
    const rest = { timeoutMs: settings.timeoutMs, priority: 'interactive', attended: true } as const
    const question = await readChatRequest(body, { jobs, source, rest, takesTools: true })
    const job = await submitQuestion(around, question.request, jobKey(context, askedIn(body, 'chat')))
    context.header('x-request-id', job.id)
    if (body.stream === true) return streamed(context, around, { question, job, withUsage: wantsUsage(body) })
    return wholeAnswer(context, around, async (signal) => {
      const answered = await finalAnswer(around, question, job, { signal })
      return { body: completion(question, answered), note: answered.note }
    })
  })
}

const wantsUsage = ({ stream_options: options }: Body): boolean =>
  typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000)

const completion = ({ request }: Question, { job, text, calls, finish }: Answered) => ({
  id: `chatcmpl-${job.id}`,
  object: 'chat.completion',
  created: seconds(job.queuedAt),
  model: request.model,
  choices: [{ index: 0, message: messageOf(job.id, text, calls), logprobs: null, finish_reason: finish }],
  usage: chatUsage(request.prompt, { text, calls }),
})

const messageOf = (jobId: string, text: string, calls: Answered['calls']) =>
  calls.length === 0
    ? { role: 'assistant', content: text, refusal: null }
    : { role: 'assistant', content: null, refusal: null, tool_calls: calls.map((call, index) => chatToolCall(jobId, call, index)) }

/** Faults before the stream are HTTP's; afterwards they are its last event, without `[DONE]`. */
const streamed = (context: Context, around: RouteNeeds, asked: { question: Question; job: JobView; withUsage: boolean }): Response => {
  const { question, job, withUsage } = asked
  const chunk = (choices: readonly object[], usage: object | null = null) => ({
    id: `chatcmpl-${job.id}`,
    object: 'chat.completion.chunk',
    created: seconds(job.queuedAt),
    model: question.request.model,
    choices,
    ...(withUsage ? { usage } : {}),
  })
  const delta = (part: object, finish: string | null = null) => chunk([{ index: 0, delta: part, logprobs: null, finish_reason: finish }])
  return lineTo(context, around, job, async ({ write, signal }) => {
    const send = (data: unknown): void => void write(eventText({ data }))
    send(delta({ role: 'assistant', content: '' }))
    const live = liveText((content) => send(delta({ content })))
    const onPartial = partialShower(live, question, around.settings)
    try {
      const onThinking = (label: string): void => void write(commentText(`thinking: ${label}`))
      const { text, readings, calls, finish, note, job: done } = await finalAnswer(around, question, job, { signal, onPartial, onThinking })
      live.finish(readings, done.id)
      for (const [index, call] of calls.entries()) send(delta({ tool_calls: [{ index, ...chatToolCall(done.id, call, index) }] }))
      if (note) void write(commentText(`note: ${note}`))
      send({ ...delta({}, finish), ...noteField({ note }) })
      if (withUsage) send(chunk([], chatUsage(question.request.prompt, { text, calls })))
      send('[DONE]')
    } catch (error) {
      if (!(error instanceof ClientGone)) send(openaiError(lateFault(error, around.log)))
    }
  })
}
