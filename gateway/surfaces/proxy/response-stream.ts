import type { Context } from 'hono'
import { commentText, type EventLine, eventText } from '../../http/event-stream.ts'
import { ClientGone } from './attendance.ts'
import { finalAnswer } from './final-answer.ts'
import { lateFault } from './job-fault.ts'
import type { JobView } from './jobs.ts'
import { lineTo } from './line.ts'
import { liveText, partialShower } from './live-text.ts'
import type { Question } from './question.ts'
import { type Echo, messageItem, responseObject, textPart } from './response-object.ts'
import { responseId } from './responses-request.ts'
import type { RouteNeeds } from './route-needs.ts'
import { responseUsage } from './usage.ts'

interface Asked {
  readonly question: Question
  readonly job: JobView
  readonly echo: Echo
}

/** A response as events with numbers, in the order that OpenAI's clients expect; it ends with `response.completed` or `.failed`. */
export const streamResponse = (context: Context, around: RouteNeeds, { question, job, echo }: Asked): Response =>
  lineTo(context, around, job, async ({ write, signal }) => {
    const emit = numbered(write)
    const parts = { id: responseId(job.id), createdAt: job.queuedAt, echo, output: [], usage: null } as const
    const inItem = { item_id: `msg_${job.id}`, output_index: 0, content_index: 0 }
    emit('response.created', { response: responseObject({ ...parts, status: 'in_progress' }) })
    emit('response.in_progress', { response: responseObject({ ...parts, status: 'in_progress' }) })
    emit('response.output_item.added', { output_index: 0, item: messageItem(job.id, 'in_progress', []) })
    emit('response.content_part.added', { ...inItem, part: textPart('') })
    const live = liveText((delta) => emit('response.output_text.delta', { ...inItem, delta, logprobs: [] }))
    try {
      const {
        text,
        readings,
        finish,
        note,
        job: done,
      } = await finalAnswer(around, question, job, {
        signal,
        onPartial: partialShower(live, question, around.settings),
        onThinking: (label) => void write(commentText(`thinking: ${label}`)),
      })
      live.finish(readings, done.id)
      const shown = live.shown()
      const item = messageItem(job.id, 'completed', [textPart(shown)])
      emit('response.output_text.done', { ...inItem, text: shown, logprobs: [] })
      emit('response.content_part.done', { ...inItem, part: textPart(shown) })
      emit('response.output_item.done', { output_index: 0, item })
      if (note) void write(commentText(`note: ${note}`))
      const whole = { ...parts, output: [item] }
      const status = finish === 'length' ? 'incomplete' : 'completed'
      const usage = responseUsage(question.request.prompt, text)
      emit(`response.${status}`, { response: responseObject({ ...whole, status, usage }) })
    } catch (error) {
      if (error instanceof ClientGone) return
      const fault = lateFault(error, around.log)
      emit('response.failed', { response: responseObject({ ...parts, status: 'failed', fault }) })
    }
  })

const numbered = (write: EventLine['write']) => {
  let sequence = 0
  return (type: string, data: object): void => {
    void write(eventText({ event: type, data: { type, sequence_number: sequence, ...data } }))
    sequence += 1
  }
}
