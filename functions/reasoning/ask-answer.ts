import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import { defineFunction } from '../define-function.ts'
import { taskText } from '../planning/plan-prompt.ts'
import { fill } from './fill-prompt.ts'

const template = readFileSync(new URL('./ask-answer.prompt.md', import.meta.url), 'utf8')

/** The workflow `answer`, for tasks without a repository: one question. */
export default defineFunction({
  on: ['task.started'],
  emits: ['reasoning.requested'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs, services }) => {
    if (event.data.stage !== 'answer') return []
    const task = await state()
    const guidance = task.guidance.length > 0 ? `Guidance from a person:\n${task.guidance.join('\n\n')}\n` : ''
    const prompt = await blobs.put(fill(template, { question: taskText(task), guidance }), 'text/markdown')
    return [
      say('reasoning.requested', {
        purpose: 'answer',
        agent: task.routed!.planner,
        prompt,
        timeoutMs: milliseconds(services.config.timeouts.answer),
      }),
    ]
  },
})
