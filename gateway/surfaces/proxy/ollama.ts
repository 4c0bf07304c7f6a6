import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import type { JobView } from '../../jobs/jobs.ts'
import { ClientGone } from './attendance.ts'
import { askedIn, jobKey, readBody } from './body.ts'
import { readChatRequest } from './chat-request.ts'
import { ollamaChatRoute, ollamaGenerateRoute, runningRoute, showRoute, tagsRoute, versionRoute } from './described/ollama.ts'
import { type Answered, finalAnswer, noteField } from './final-answer.ts'
import { lateFault } from './job-fault.ts'
import { liveText, partialShower } from './live-text.ts'
import { chatBodyOf, isLoading } from './ollama-request.ts'
import { knownModel, type Question } from './question.ts'
import type { RouteNeeds } from './route-needs.ts'
import { submitQuestion } from './submit-question.ts'
import { estimatedTokens } from './text-limits.ts'
import { answerTokens } from './usage.ts'
import { wholeAnswer } from './whole-answer.ts'

/** How a text stands in an answer: a message of `/api/chat`, a field of `/api/generate`. */
type Shape = (text: string, calls?: Answered['calls']) => object

const shapes: Readonly<Record<'chat' | 'generate', Shape>> = {
  chat: (content, calls = []) => ({
    message: { role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: calls.map((call) => ({ function: call })) } : {}) },
  }),
  generate: (response) => ({ response }),
}

const described = { chat: ollamaChatRoute, generate: ollamaGenerateRoute }

/** What Ollama's clients speak: `/api/chat`, `/api/generate` (lines of JSON unless `stream` is false), `/api/tags`, `/api/ps`, `/api/version`. */
export const ollamaRoutes = (app: GatewayApp, around: RouteNeeds): void => {
  const { jobs, now } = around
  for (const kind of ['chat', 'generate'] as const) {
    addDescribed(app, described[kind], async (context) => {
      const body = await readBody(context)
      const isLoad = isLoading(body)
      // Everything else in it is judged as in a question.
      const chatBody = chatBodyOf(isLoad ? { ...body, messages: undefined, prompt: 'load' } : body)
      const key = jobKey(context, askedIn(chatBody, 'chat'))
      const { source, settings } = around
      const rest = { timeoutMs: settings.timeoutMs, priority: 'interactive', attended: true } as const
      const question = await readChatRequest(chatBody, { jobs, source, rest, takesTools: kind === 'chat' })
      const told = { model: body.model ?? question.request.model, created_at: now().toISOString() }
      if (isLoad) return context.json({ ...told, ...shapes[kind](''), done: true, done_reason: 'load' })
      const job = await submitQuestion(around, question.request, key)
      context.header('x-request-id', job.id)
      const asked = { question, job, shape: shapes[kind], told }
      if (body.stream !== false) return lines(context, around, asked)
      return wholeAnswer(context, around, async (signal) => {
        const answered = await finalAnswer(around, question, job, { signal })
        return {
          body: { ...asked.told, ...asked.shape(answered.text, answered.calls), ...ending(asked, answered) },
          note: answered.note,
        }
      })
    })
  }
  const details = { format: '', family: 'cortex', families: ['cortex'], parameter_size: '', quantization_level: '' }
  const entry = (model: string) => ({ name: model, model, modified_at: now().toISOString(), size: 0, digest: '', details })
  for (const route of [tagsRoute, runningRoute]) addDescribed(app, route, (context) => context.json({ models: jobs.models().map(entry) }))
  addDescribed(app, showRoute, async (context) => {
    const { model, name } = await readBody(context)
    knownModel(jobs, String(model ?? name).replace(/:latest$/, ''))
    return context.json({ details, model_info: {}, capabilities: ['completion', 'tools', 'vision'] })
  })
  // The version of the API, for clients that ask what they may send.
  addDescribed(app, versionRoute, (context) => context.json({ version: '0.6.0' }))
}

interface Asked {
  readonly question: Question
  readonly job: JobView
  readonly shape: Shape
  readonly told: object
}

const NANOSECONDS = 1_000_000

/** Durations are nanoseconds there, and counts are estimated. */
const ending = ({ question }: Asked, answered: Answered): object => {
  const { job, finish } = answered
  const total = (Date.parse(job.completedAt ?? job.queuedAt) - Date.parse(job.queuedAt)) * NANOSECONDS
  const counts = { prompt_eval_count: estimatedTokens(question.request.prompt), eval_count: answerTokens(answered) }
  const times = { total_duration: total, load_duration: 0, prompt_eval_duration: 0, eval_duration: total }
  return { done: true, done_reason: finish === 'length' ? 'length' : 'stop', ...times, ...counts }
}

/** Lines of JSON; blanks before the next one keep a client that waits. */
const lines = (context: Context, around: RouteNeeds, asked: Asked): Response => {
  const { question, job, shape, told } = asked
  context.header('content-type', 'application/x-ndjson')
  return stream(context, async (line) => {
    const gone = new AbortController()
    line.onAbort(() => gone.abort())
    let last: Promise<unknown> = Promise.resolve()
    const send = (data: object): void => {
      last = line.write(`${JSON.stringify({ ...told, ...data })}\n`)
    }
    const clock = setInterval(() => void line.write(' '), around.settings.keepAliveMs)
    const live = liveText((text) => send({ ...shape(text), done: false }))
    try {
      const onPartial = partialShower(live, question, around.settings)
      const answered = await finalAnswer(around, question, job, { signal: gone.signal, onPartial })
      live.finish(answered.readings, answered.job.id)
      if (answered.calls.length > 0) send({ ...shape('', answered.calls), done: false })
      send({ ...shape(''), ...ending(asked, answered), ...noteField(answered) })
    } catch (error) {
      if (!(error instanceof ClientGone)) last = line.write(`${JSON.stringify({ error: lateFault(error, around.log).message })}\n`)
    }
    clearInterval(clock)
    await last
  })
}
