import type { Usage } from '../../domain/catalogue/shared.ts'
import type { Failure, ModelApi } from '../../functions/ports.ts'
import { classOfStatus } from '../agents/classify.ts'
import { parseObject, textAt } from '../agents/parsed-output.ts'
import type { Config } from '../config/config-schema.ts'
import { type Completion, judgeCompletion, readStream, readWhole } from './completion.ts'

export interface ModelApiOptions {
  /** `[lanes.api]` of the configuration; without it nothing can be asked. */
  api: Config['lanes']['api']
  /** The value of the variable that `key_env` names. */
  key: string | undefined
}

type Input = Parameters<ModelApi['ask']>[0]
type Api = NonNullable<ModelApiOptions['api']>
type Answer = Awaited<ReturnType<ModelApi['ask']>>

/** Image type by its first bytes. */
function imageType(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes[0] === 0x47 && bytes[1] === 0x49) return 'image/gif'
  if (bytes[0] === 0x52 && bytes[8] === 0x57) return 'image/webp'
  return 'image/png'
}

function requestBody(api: Api, input: Input, withSchema: boolean): string {
  const images = input.images.map((bytes) => ({
    type: 'image_url',
    image_url: { url: `data:${imageType(bytes)};base64,${Buffer.from(bytes).toString('base64')}` },
  }))
  const content = images.length > 0 ? [{ type: 'text', text: input.prompt }, ...images] : input.prompt
  const schema =
    withSchema && input.schema ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: input.schema } } } : {}
  return JSON.stringify({
    model: api.model,
    messages: [{ role: 'user', content }],
    stream: true,
    stream_options: { include_usage: true },
    ...schema,
  })
}

/** A spent quota answers 429 as a rate limit does, but no wait helps. */
function statusFailure(status: number, url: string, body: string): Failure {
  const object = parseObject(body)
  const said = (textAt(object, 'error', 'message') ?? textAt(object, 'error') ?? textAt(object, 'message') ?? body).trim().slice(0, 300)
  const spent = `${textAt(object, 'error', 'code')} ${textAt(object, 'error', 'type')}`.includes('insufficient_quota')
  const hint =
    status === 401 || status === 403
      ? ' Check the key that lanes.api.key_env names.'
      : status === 404
        ? ' Check lanes.api.url and model.'
        : ''
  return { class: spent ? 'permanent' : classOfStatus(status), reason: `${url} answered ${status}${said ? `: ${said}` : ''}.${hint}` }
}

function withCost(usage: Usage, api: Api): Usage {
  if (api.input_usd_per_mtok === undefined && api.output_usd_per_mtok === undefined) return usage
  const input = (usage.inputTokens + usage.cacheReadTokens) * (api.input_usd_per_mtok ?? 0)
  return { ...usage, costUsd: (input + usage.outputTokens * (api.output_usd_per_mtok ?? 0)) / 1_000_000 }
}

/** The words of a failed `fetch`: the reason is in its cause. */
function connectionWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message
}

async function readCompletion(response: Response, onText: Input['onText']): Promise<Completion> {
  const streamed = response.headers.get('content-type')?.includes('text/event-stream') ?? false
  return streamed && response.body ? readStream(response.body, onText) : readWhole(await response.text(), onText)
}

/** The `ModelApi` service: one user message to an OpenAI-compatible endpoint, streamed. Not retried here: the caller decides by the class. */
export function createModelApi(options: ModelApiOptions): ModelApi {
  if (options.api) return createClient(options.api, options.key)
  const reason = 'No model endpoint is configured. Set url and model in [lanes.api] of cortex.toml.'
  return { configured: false, ask: async () => ({ ok: false, class: 'missing', reason }) }
}

function createClient(api: Api, key: string | undefined): ModelApi {
  const url = `${api.url.replace(/\/+$/, '')}/chat/completions`

  async function post(input: Input, withSchema: boolean, signal: AbortSignal): Promise<Answer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      body: requestBody(api, input, withSchema),
      redirect: 'error',
      signal,
    })
    if (!response.ok) {
      const body = await response.text()
      // Many servers know no schema; the answer is checked by the caller in any case.
      if (withSchema && response.status === 400 && /response_format|json_schema/i.test(body)) return post(input, false, signal)
      return { ok: false, ...statusFailure(response.status, url, key ? body.replaceAll(key, '[secret]') : body) }
    }
    const completion = await readCompletion(response, input.onText)
    const failure = judgeCompletion(completion)
    if (failure) return { ok: false, ...failure }
    return { ok: true, text: completion.text, model: completion.model ?? api.model, usage: withCost(completion.usage, api) }
  }

  return {
    configured: true,
    ask: async (input) => {
      input.signal.throwIfAborted()
      const clock = AbortSignal.timeout(input.timeoutMs)
      try {
        return await post(input, input.schema !== undefined, AbortSignal.any([input.signal, clock]))
      } catch (error) {
        if (input.signal.aborted) throw input.signal.reason
        if (clock.aborted)
          return { ok: false, class: 'timeout', reason: `${url} did not finish its answer within ${Math.round(input.timeoutMs / 1000)} s.` }
        return { ok: false, class: 'retryable', reason: `${url} could not be reached or broke off: ${connectionWords(error)}.` }
      }
    },
  }
}
