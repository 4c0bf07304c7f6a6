import { APIError } from 'openai'
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import { Stream } from 'openai/streaming'
import type { Usage } from '../../domain/catalogue/shared.ts'
import { noUsage } from '../../domain/task.ts'
import type { Failure } from '../../functions/failure.ts'
import { countAt, valueAt } from '../agents/parsed-output.ts'

/** One chat completion as far as it came. */
export interface Completion {
  text: string
  model: string | undefined
  usage: Usage
  /** Why the model stopped; null when the answer was cut off before it said so. */
  finish: string | null
}

/**
 * Reads an answer to its end, streamed or as one object, from servers that do not stream. Throws `APIError` without a status for an
 * error that the server sent instead of a part, and what the connection throws.
 */
export async function readCompletion(
  response: Response,
  controller: AbortController,
  onText: ((text: string) => void) | undefined,
): Promise<Completion> {
  const completion: Completion = { text: '', model: undefined, usage: noUsage, finish: null }
  for await (const part of partsOf(response, controller)) {
    const choice = part.choices?.[0]
    const text = (choice && 'message' in choice ? choice.message : choice?.delta)?.content ?? ''
    completion.text += text
    completion.model ??= part.model
    completion.finish = choice?.finish_reason ?? completion.finish
    if (part.usage) completion.usage = usageOf(part.usage)
    if (text) onText?.(text)
  }
  return completion
}

/** The types are what a server of OpenAI's would say; another one may leave out any of it. */
type Part = Partial<ChatCompletion> | Partial<ChatCompletionChunk>

async function* partsOf(response: Response, controller: AbortController): AsyncGenerator<Part> {
  if (response.headers.get('content-type')?.includes('text/event-stream')) {
    yield* Stream.fromSSEResponse<Partial<ChatCompletionChunk>>(response, controller)
    return
  }
  const whole: unknown = await response.json()
  const error = valueAt(whole, 'error')
  if (error) throw new APIError(undefined, typeof error === 'object' ? error : { message: String(error) }, undefined, response.headers)
  yield Object(whole)
}

/** Cached prompt tokens are part of `prompt_tokens` there; ours are apart. */
function usageOf(usage: unknown): Usage {
  const cacheReadTokens = countAt(usage, 'prompt_tokens_details', 'cached_tokens')
  return {
    inputTokens: Math.max(0, countAt(usage, 'prompt_tokens') - cacheReadTokens),
    outputTokens: countAt(usage, 'completion_tokens'),
    cacheReadTokens,
    cacheWriteTokens: 0,
  }
}

/** Why a completion that came to its end is no answer, or null when it is one. */
export function judgeCompletion({ finish, text }: Completion): Failure | null {
  if (finish === 'length')
    return { class: 'limit', reason: "The answer was cut at the model's token limit. Ask for less, or use a model with a longer answer." }
  if (finish === 'content_filter') return { class: 'permanent', reason: "The model's server refused to answer this (content filter)." }
  if (finish === null) return { class: 'retryable', reason: 'The connection ended before the answer was complete.' }
  return text.trim() === '' ? { class: 'bad_output', reason: 'The model answered nothing.' } : null
}
