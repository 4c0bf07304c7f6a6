import { z } from 'zod'
import { type JobRequest, type Jobs, jobPriorities } from '../../jobs/jobs.ts'
import type { Body } from './body.ts'
import { readChatRequest } from './chat-request.ts'
import { type FieldFault, invalidRequest } from './fault.ts'
import { type Gathered, type ImageSource, readImage } from './message-content.ts'
import type { Question } from './question.ts'

const Note = z.string().max(10_000)

/** A body of `/async/submit`, beside the payload, which is a body of chat completions. */
export const Submission = z.looseObject({
  payload: z.record(z.string(), z.unknown()),
  priority: z.enum(jobPriorities).default('interactive'),
  aggressive: z
    .looseObject({
      enabled: z.boolean().default(false),
      fallbackReason: Note.optional(),
      confidenceBefore: z.number().min(0).max(1).optional(),
    })
    .optional(),
  /** HTML that goes along as context. */
  dom: z.string().optional(),
  /** A `data:` URL. */
  screenshot: z.string().optional(),
  domAnchor: Note.optional(),
  screenshotRegion: z.union([Note, z.looseObject({})]).optional(),
  reasoningNote: Note.optional(),
  /** Goes on in the conversation of this job. */
  previous_job_id: z.string().max(200).optional(),
  timeout_ms: z
    .int()
    .min(1_000)
    .max(24 * 3_600_000)
    .optional(),
})
type Submission = z.infer<typeof Submission>

/** Reads a submitted job. Throws `ProxyFault` with everything that is wrong with it. */
export const readSubmission = async (
  body: Body,
  { jobs, source, timeoutMs }: { jobs: Jobs; source: ImageSource; timeoutMs: number },
): Promise<Question> => {
  const read = Submission.safeParse(body)
  if (!read.success) throw invalidRequest(read.error.issues.map(({ path, message }) => ({ param: path.join('.'), message })))
  const { payload, priority, timeout_ms, previous_job_id } = read.data
  const gathered: Gathered = { images: [], faults: [] }
  const aggressive = await aggressiveOf(read.data, source, gathered.faults)
  const conversation = await conversationOf(jobs, previous_job_id, gathered.faults)
  return readChatRequest(payload, {
    jobs,
    source,
    gathered,
    prefix: 'payload.',
    notes: notesOf(read.data),
    rest: {
      timeoutMs: timeout_ms ?? timeoutMs,
      priority,
      ...(aggressive ? { aggressive } : {}),
      ...(conversation ? { conversation } : {}),
    },
  })
}

const aggressiveOf = async (
  { aggressive, dom, screenshot }: Submission,
  source: ImageSource,
  faults: FieldFault[],
): Promise<JobRequest['aggressive']> => {
  if (!aggressive && dom === undefined && screenshot === undefined) return undefined
  const image = screenshot === undefined ? undefined : await readImage(screenshot, source)
  if (typeof image === 'string') faults.push({ param: 'screenshot', message: image })
  const { enabled = false, fallbackReason, confidenceBefore } = aggressive ?? {}
  return { enabled, fallbackReason, confidenceBefore, dom, ...(image && typeof image !== 'string' ? { screenshot: image } : {}) }
}

const conversationOf = async (jobs: Jobs, id: string | undefined, faults: FieldFault[]): Promise<JobRequest['conversation']> => {
  if (id === undefined) return undefined
  const url = (await jobs.find(id))?.answer?.conversation
  if (url) return { kind: 'resume', url }
  faults.push({ param: 'previous_job_id', message: `${id} is not a job whose conversation could go on` })
  return undefined
}

const evidenceWish =
  'Answer with one JSON object. Beside what was asked for it has "confidence" (0 to 1) and "evidence": a list of ' +
  '{"snippet_id", "quote", "dom_anchor", "screenshot_region", "model_path", "reasoning_note"}, one for each fact, null where it does not apply.'

/** What the prompt says beyond the messages. A schema of the client's own says itself what the answer holds. */
const notesOf = ({ payload, aggressive, domAnchor, screenshotRegion, reasoningNote }: Submission): string[] => {
  const region = typeof screenshotRegion === 'object' ? JSON.stringify(screenshotRegion) : screenshotRegion
  const where = Object.entries({ 'DOM anchor': domAnchor, 'Region of the screenshot': region, Note: reasoningNote })
  const format = payload.response_format
  const hasSchema = typeof format === 'object' && format !== null && 'type' in format && format.type === 'json_schema'
  return [
    ...where.flatMap(([name, text]) => (text ? [`${name}: ${text}`] : [])),
    ...(aggressive?.enabled && !hasSchema ? [evidenceWish] : []),
  ]
}
