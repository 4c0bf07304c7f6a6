import type { Context } from 'hono'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import { hasEnded, type Jobs, type JobView } from '../../jobs/jobs.ts'
import { askedIn, type Body, jobKey, readBody } from './body.ts'
import { cancelResponseRoute, createResponseRoute, getResponseRoute } from './described/responses.ts'
import { invalidRequest, jobNotFound } from './fault.ts'
import { finalAnswer } from './final-answer.ts'
import { jobFault } from './job-fault.ts'
import { type Echo, outputOf, responseObject, responseOfJob } from './response-object.ts'
import { streamResponse } from './response-stream.ts'
import { jobOfResponse, readResponsesRequest, responseId } from './responses-request.ts'
import type { RouteNeeds } from './route-needs.ts'
import { submitKept, submitQuestion } from './submit-question.ts'
import { responseUsage } from './usage.ts'
import { wholeAnswer } from './whole-answer.ts'

/** `POST /v1/responses` in the foreground, streamed or in the background; then `GET /v1/responses/:id` and `POST .../cancel`. */
export const responsesRoutes = (app: GatewayApp, around: RouteNeeds): void => {
  const { jobs, settings, source, now } = around
  addDescribed(app, createResponseRoute, async (context) => {
    const body = await readBody(context)
    const question = await readResponsesRequest(body, { jobs, source, timeoutMs: settings.timeoutMs })
    const submit = body.background === true ? submitKept : submitQuestion
    const job = await submit(around, question.request, jobKey(context, askedIn(body, 'responses')))
    context.header('x-request-id', job.id)
    const echo = echoOf(body, question.request.model)
    if (body.background === true) return context.json(responseOfJob(job, true))
    if (body.stream === true) return streamResponse(context, around, { question, job, echo })
    return wholeAnswer(context, around, async (signal) => {
      const answered = await finalAnswer(around, question, job, { signal })
      const body = responseObject({
        id: responseId(answered.job.id),
        createdAt: job.queuedAt,
        status: answered.finish === 'length' ? 'incomplete' : 'completed',
        echo,
        output: outputOf(answered),
        usage: responseUsage(question.request.prompt, answered),
      })
      return { body, note: answered.note }
    })
  })

  addDescribed(app, getResponseRoute, async (context) => {
    if (context.req.query('stream') === 'true')
      throw invalidRequest([{ param: 'stream', message: 'a response asked for by its id is not streamed; ask again until it is done' }])
    const job = await jobOf(jobs, context)
    return context.json(responseOfJob(job, !hasEnded(job), hasEnded(job) && !job.answer ? jobFault(job, now()) : undefined))
  })

  addDescribed(app, cancelResponseRoute, async (context) => {
    const { id } = await jobOf(jobs, context)
    return context.json(responseOfJob(await jobs.cancel(id, 'its client cancelled it'), true))
  })
}

const jobOf = async (jobs: Jobs, context: Context): Promise<JobView> => {
  const id = context.req.param('id') ?? ''
  const job = await jobs.find(jobOfResponse(id))
  if (!job) throw jobNotFound(id)
  return job
}

const echoOf = (body: Body, model: string): Echo => ({
  model,
  instructions: body.instructions,
  previous_response_id: body.previous_response_id,
  metadata: body.metadata,
  text: body.text,
  max_output_tokens: body.max_output_tokens,
  tools: body.tools,
  tool_choice: body.tool_choice,
  parallel_tool_calls: body.parallel_tool_calls,
})
