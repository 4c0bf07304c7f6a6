import { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import { noUsage } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { answerSchemas } from './answer-schemas.ts'

/** The lane of OpenAI-compatible endpoints: one completion. */
export default defineFunction({
  on: ['api.asked'],
  emits: laneOutcomes,
  timeout: '1h',
  within: ['plan', 'review', 'answer', 'learn'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 8,
  effect: true,
  handler: async ({ event, state, say, blobs, services, signal, live, now }) => {
    await state()
    const { data } = event
    const { purpose, agent, lane, job } = data
    const common = { job, purpose, lane, agent }
    const began = now().getTime()
    const images = await Promise.all(data.images.map((image) => blobs.bytes(image)))
    const result = await services.model.ask({
      prompt: await blobs.text(data.prompt),
      images,
      timeoutMs: data.timeoutMs,
      signal,
      schema: data.schema && answerSchemas[data.schema],
      onText: (text) => live('model', text),
    })
    if (!result.ok) {
      const retryable = ['retryable', 'timeout'].includes(result.class)
      const { class: code, reason } = result
      return [say(`${purpose}.unanswered`, { ...common, code, reason, retryable, usage: noUsage, request: data })]
    }
    const answer = await blobs.put(result.text, 'text/plain')
    const { model, usage } = result
    return [say(`${purpose}.answered`, { ...common, model, answer, usage, durationMs: now().getTime() - began })]
  },
})
