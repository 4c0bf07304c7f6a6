import OpenAI, { APIConnectionError, APIError } from 'openai'
import type { ChatCompletionContentPart, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import { withCost } from '../../domain/task.ts'
import type { Failure } from '../../functions/failure.ts'
import type { ModelApi } from '../../functions/ports.ts'
import { classOfStatus } from '../agents/classify.ts'
import type { Config } from '../config/config-schema.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import { judgeCompletion, readCompletion } from './completion.ts'

type Input = Parameters<ModelApi['ask']>[0]
type Answer = Awaited<ReturnType<ModelApi['ask']>>
/** `[lanes.api]` of the configuration. */
export type Api = NonNullable<Config['lanes']['api']>

type Masking = Pick<OwnSecrets, 'mask' | 'maskLines'>

/** Asks an OpenAI-compatible endpoint, once: what fails is the caller's to repeat. Throws the reason of the caller's signal. */
export function createEndpoint(api: Api, key: string | undefined, secrets: Masking): ModelApi['ask'] {
  const client = clientOf(api, key)
  const url = `${client.baseURL}/chat/completions`

  async function post(input: Input, withSchema: boolean, signal: AbortSignal): Promise<Answer> {
    const controller = new AbortController()
    const options = { signal: AbortSignal.any([signal, controller.signal]), timeout: input.timeoutMs }
    const response = await client.chat.completions.create(requestOf(api, input, withSchema), options).asResponse()
    const live = input.onText && byLines(secrets, input.onText)
    const completion = await readCompletion(response, controller, live?.add)
    await live?.end()
    signal.throwIfAborted() // a stream that is aborted just ends
    const failure = judgeCompletion(completion)
    if (failure) return { ok: false, ...failure }
    const usage = withCost(completion.usage, { input: api.input_usd_per_mtok, output: api.output_usd_per_mtok })
    return { ok: true, text: completion.text, model: completion.model ?? api.model, usage }
  }

  return async (input) => {
    input.signal.throwIfAborted()
    const clock = AbortSignal.timeout(input.timeoutMs)
    const signal = AbortSignal.any([input.signal, clock])
    try {
      return await post(input, input.schema !== undefined, signal).catch((error: unknown) => {
        // Many servers know no schema; the answer is checked by the caller in any case.
        if (input.schema === undefined || !refusesSchema(error)) throw error
        return post(input, false, signal)
      })
    } catch (error) {
      if (input.signal.aborted) throw input.signal.reason
      if (clock.aborted)
        return { ok: false, class: 'timeout', reason: `${url} did not finish its answer within ${Math.round(input.timeoutMs / 1000)} s.` }
      const failure = failureOf(error, url)
      return { ok: false, ...failure, reason: (await secrets.mask(failure.reason)).text }
    }
  }
}

/** Hands on what is being written, masked, line by line: half a line may be half a secret. */
function byLines(secrets: Masking, onText: (text: string) => void) {
  const lines = secrets.maskLines(onText)
  let begun = ''
  return {
    add: (text: string): void => {
      const all = (begun + text).split('\n')
      begun = all.pop() ?? ''
      for (const line of all) lines.onLine(line)
    },
    end: async (): Promise<void> => {
      if (begun) lines.onLine(begun)
      await lines.done()
    },
  }
}

/** What the library would read from variables of its own is said here: the operator's configuration counts. No retries: each is paid. */
function clientOf(api: Api, key: string | undefined): OpenAI {
  return new OpenAI({
    baseURL: api.url.replace(/\/+$/, ''),
    apiKey: key ?? 'none', // it insists on one; where there is none, no header carries it
    ...{ adminAPIKey: null, organization: null, project: null, webhookSecret: null },
    ...(key ? {} : { defaultHeaders: { authorization: null } }),
    maxRetries: 0,
    logLevel: 'off',
    fetchOptions: { redirect: 'error' },
  })
}

function requestOf(api: Api, input: Input, withSchema: boolean): ChatCompletionCreateParamsStreaming {
  const images = input.images.map(
    (bytes): ChatCompletionContentPart => ({
      type: 'image_url',
      image_url: { url: `data:${imageType(bytes)};base64,${Buffer.from(bytes).toString('base64')}` },
    }),
  )
  return {
    model: api.model,
    messages: [{ role: 'user', content: images.length > 0 ? [{ type: 'text', text: input.prompt }, ...images] : input.prompt }],
    stream: true,
    stream_options: { include_usage: true },
    ...(withSchema && input.schema
      ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { ...input.schema } } } }
      : {}),
  }
}

/** Image type by its first bytes. */
function imageType(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes[0] === 0x47 && bytes[1] === 0x49) return 'image/gif'
  if (bytes[0] === 0x52 && bytes[8] === 0x57) return 'image/webp'
  return 'image/png'
}

function refusesSchema(error: unknown): boolean {
  return error instanceof APIError && error.status === 400 && /response_format|json_schema/i.test(error.message)
}

function failureOf(error: unknown, url: string): Failure {
  if (error instanceof APIError && error.status !== undefined) return statusFailure(error, error.status, url)
  if (error instanceof APIError && !(error instanceof APIConnectionError))
    return { class: 'retryable', reason: `The model's server broke off: ${error.message.slice(0, 300)}` }
  return { class: 'retryable', reason: `${url} could not be reached or broke off: ${connectionWords(error)}.` }
}

/** A spent quota answers 429 as a rate limit does, but no wait helps. */
function statusFailure(error: APIError, status: number, url: string): Failure {
  const isSpent = `${error.code} ${error.type}`.includes('insufficient_quota')
  const hint = hints[status] ?? ''
  const said = error.message.replace(/^(\d{3}) /, '$1: ').slice(0, 300)
  return { class: isSpent ? 'permanent' : classOfStatus(status), reason: `${url} answered ${said}.${hint}` }
}

const wrongKey = ' Check the key that lanes.api.key_env names.'
const hints: Readonly<Record<number, string>> = { 401: wrongKey, 403: wrongKey, 404: ' Check lanes.api.url and model.' }

/** The innermost words of a failed connection: the reason is in its cause. */
function connectionWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message ? connectionWords(error.cause) : error.message
}
