import type { JobRequest, Jobs } from '../../jobs/jobs.ts'
import { type AnswerForm, answerForm } from './answer-form.ts'
import { answerFormat } from './answer-format.ts'
import type { Body } from './body.ts'
import { type FieldFault, invalidRequest, ProxyFault } from './fault.ts'
import type { Gathered } from './message-content.ts'
import { textLimits } from './text-limits.ts'
import type { ToolWish } from './tool-wish.ts'
import { type Turn, transcriptOf } from './transcript.ts'
import { unusedNote } from './unused.ts'

/** What a client asks, whichever way it asked: the job and the form its answer must have. */
export interface Question {
  readonly request: JobRequest
  readonly form?: AnswerForm
  /** What of its wishes does not reach the page. */
  readonly unused?: string
}

export interface Wishes {
  readonly turns: readonly Turn[]
  readonly gathered: Gathered
  readonly body: Body
  readonly effort: unknown
  /** `response_format` or `text.format`, flat: type and schema. */
  readonly format: { readonly wish: unknown; readonly param: string }
  /** Where calls of tools can be answered: the tools of the request. */
  readonly tools?: { readonly wish: ToolWish | undefined }
  /** What is said after the turns, as context of the whole. */
  readonly notes?: readonly string[]
  readonly rest: Pick<JobRequest, 'timeoutMs' | 'priority' | 'conversation' | 'aggressive' | 'attended'>
}

/** Puts a question together. Throws `ProxyFault` 400 with all that is wrong, 404 for a model there is not. */
export const questionOf = async (jobs: Jobs, wishes: Wishes): Promise<Question> => {
  const { turns, gathered, body, notes = [], rest } = wishes
  const format = await answerFormat(wishes.format.wish, wishes.format.param)
  const isFault = format !== undefined && 'message' in format
  const form = answerForm(isFault ? undefined : format, wishes.tools?.wish)
  const prompt = [transcriptOf(turns), ...notes, form?.instruction].filter(Boolean).join('\n\n')
  const effort = wishes.effort ?? undefined
  const unused = unusedNote(body)
  const limitFaults: FieldFault[] = []
  const limits = textLimits(body, limitFaults)
  const faults = [
    ...gathered.faults,
    ...limitFaults,
    ...(isFault ? [format] : []),
    ...modelFaults(body.model),
    ...(effort === undefined || typeof effort === 'string' ? [] : [{ param: 'reasoning_effort', message: 'must be a text' }]),
    ...(gathered.faults.length > 0 || hasContent(turns)
      ? []
      : [{ param: 'messages', message: 'there is nothing to ask: no text, no image' }]),
    ...unsupported(body, wishes.tools !== undefined),
  ]
  if (faults.length > 0) throw invalidRequest(faults)
  return {
    request: {
      prompt,
      images: gathered.images,
      model: knownModel(jobs, askedModel(body)),
      ...(typeof effort === 'string' ? { effort } : {}),
      ...(limits ? { limits } : {}),
      ...rest,
    },
    ...(form ? { form } : {}),
    ...(unused ? { unused } : {}),
  }
}

/** The model that a body names. Throws `ProxyFault` 400 when that is no name. */
const askedModel = ({ model }: Body): string | undefined => {
  const faults = modelFaults(model)
  if (faults.length > 0) throw invalidRequest(faults)
  return typeof model === 'string' ? model : undefined
}

const modelFaults = (model: unknown): FieldFault[] =>
  model === undefined || (typeof model === 'string' && model.trim() !== '')
    ? []
    : [{ param: 'model', message: 'must be the name of a model' }]

const hasContent = (turns: readonly Turn[]): boolean =>
  turns.some(({ role, pieces }) => role !== 'assistant' && pieces.some((piece) => 'image' in piece || piece.text.trim() !== ''))

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0)

/** What would change the answer, or the way it comes, if it were ignored; of settings that clients send always a note tells. */
const unsupported = (body: Body, takesTools: boolean): FieldFault[] => {
  const faults: FieldFault[] = []
  const refuse = (param: string, message: string): void => void faults.push({ param, message })
  if (!isEmpty(body.tools) && !takesTools) refuse('tools', 'tools are answered by /v1/chat/completions, /v1/responses and /api/chat')
  if (!isEmpty(body.functions)) refuse('functions', 'are not supported; send tools')
  if (typeof body.function_call === 'object' && body.function_call !== null) refuse('function_call', 'is not supported; send tool_choice')
  for (const param of ['stream', 'background', 'parallel_tool_calls'])
    if (!isEmpty(body[param]) && typeof body[param] !== 'boolean') refuse(param, 'must be true or false')
  for (const param of ['stream_options', 'text', 'reasoning'])
    if (!isEmpty(body[param]) && (typeof body[param] !== 'object' || Array.isArray(body[param]))) refuse(param, 'must be an object')
  if (!isEmpty(body.n) && body.n !== 1) refuse('n', 'one answer is given to a request; ask again for another')
  for (const param of ['logprobs', 'top_logprobs'])
    if (body[param] === true || (typeof body[param] === 'number' && body[param] > 0)) refuse(param, 'a chat page shows no probabilities')
  if (Array.isArray(body.modalities) && body.modalities.some((one) => one !== 'text')) refuse('modalities', 'only text is answered')
  if (!isEmpty(body.audio)) refuse('audio', 'only text is answered')
  return faults
}

/** The name itself, or the first one when none is wished. Throws `ProxyFault` when there is none like it. */
export const knownModel = (jobs: Jobs, wished: string | undefined): string => {
  const known = jobs.models()
  const model = wished ?? known[0]
  if (model === undefined) throw invalidRequest([{ param: 'model', message: 'say which model to ask' }])
  if (known.length === 0 || known.includes(model)) return model
  throw new ProxyFault({
    status: 404,
    code: 'INVALID_REQUEST',
    openaiCode: 'model_not_found',
    param: 'model',
    message: `There is no model "${model.slice(0, 100)}" here; there are: ${known.join(', ')}.`,
  })
}
