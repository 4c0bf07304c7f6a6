import type { Context } from 'hono'
import { commentText, type EventLine, eventText } from '../../http/event-stream.ts'
import type { JobView } from '../../jobs/jobs.ts'
import { ClientGone } from './attendance.ts'
import { type Answered, finalAnswer, noteField } from './final-answer.ts'
import { lateFault } from './job-fault.ts'
import { lineTo } from './line.ts'
import { liveText, partialShower } from './live-text.ts'
import type { Question } from './question.ts'
import { callItem, type Echo, messageItem, responseObject, textPart } from './response-object.ts'
import { responseId } from './responses-request.ts'
import type { RouteNeeds } from './route-needs.ts'
import { responseUsage } from './usage.ts'

interface Asked {
  readonly question: Question
  readonly job: JobView
  readonly echo: Echo
}

/** A response as events with numbers, in the order that OpenAI's clients expect; it ends with `response.completed`, `.incomplete` or `.failed`. */
export const streamResponse = (context: Context, around: RouteNeeds, { question, job, echo }: Asked): Response =>
  lineTo(context, around, job, async ({ write, signal }) => {
    const emit = numbered(write)
    const parts = { id: responseId(job.id), createdAt: job.queuedAt, echo, output: [], usage: null } as const
    emit('response.created', { response: responseObject({ ...parts, status: 'in_progress' }) })
    emit('response.in_progress', { response: responseObject({ ...parts, status: 'in_progress' }) })
    const message = growingMessage(job.id, emit)
    try {
      const answered = await finalAnswer(around, question, job, {
        signal,
        onPartial: partialShower(message.live, question, around.settings),
        onThinking: (label) => void write(commentText(`thinking: ${label}`)),
      })
      const { calls, finish, note } = answered
      const output = calls.length > 0 ? tellCalls(answered, emit) : message.finish(answered)
      if (note) void write(commentText(`note: ${note}`))
      const status = finish === 'length' ? 'incomplete' : 'completed'
      const usage = responseUsage(question.request.prompt, answered)
      emit(`response.${status}`, { response: { ...responseObject({ ...parts, output, status, usage }), ...noteField(answered) } })
    } catch (error) {
      if (error instanceof ClientGone) return
      const fault = lateFault(error, around.log)
      emit('response.failed', { response: responseObject({ ...parts, status: 'failed', fault }) })
    }
  })

/** The message of a response while it is told; it begins with its first text, for an answer may also be calls of tools. */
const growingMessage = (jobId: string, emit: Emit) => {
  const inItem = { item_id: `msg_${jobId}`, output_index: 0, content_index: 0 }
  let hasBegun = false
  const begin = (): void => {
    if (hasBegun) return
    hasBegun = true
    emit('response.output_item.added', { output_index: 0, item: messageItem(jobId, 'in_progress', []) })
    emit('response.content_part.added', { ...inItem, part: textPart('') })
  }
  const live = liveText((delta) => {
    begin()
    emit('response.output_text.delta', { ...inItem, delta, logprobs: [] })
  })
  const finish = ({ readings, job }: Answered): readonly object[] => {
    live.finish(readings, job.id)
    begin()
    const text = live.shown()
    const item = messageItem(jobId, 'completed', [textPart(text)])
    emit('response.output_text.done', { ...inItem, text, logprobs: [] })
    emit('response.content_part.done', { ...inItem, part: textPart(text) })
    emit('response.output_item.done', { output_index: 0, item })
    return [item]
  }
  return { live, finish }
}

/** Tells the calls that an answer is, each as a whole. */
const tellCalls = ({ job, calls }: Answered, emit: Emit): readonly object[] =>
  calls.map((call, output_index) => {
    const item = callItem(job.id, call, output_index)
    const inItem = { item_id: item.id, output_index }
    emit('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } })
    emit('response.function_call_arguments.delta', { ...inItem, delta: item.arguments })
    emit('response.function_call_arguments.done', { ...inItem, name: item.name, arguments: item.arguments })
    emit('response.output_item.done', { output_index, item })
    return item
  })

type Emit = (type: string, data: object) => void

const numbered = (write: EventLine['write']): Emit => {
  let sequence = 0
  return (type, data) => {
    void write(eventText({ event: type, data: { type, sequence_number: sequence, ...data } }))
    sequence += 1
  }
}
