import type { Usage } from '../../domain/catalogue/shared.ts'
import type { Failure } from '../../functions/ports.ts'
import { countAt, noUsage, parseObject, textAt, valueAt } from '../agents/parsed-output.ts'
import { readEventData } from './server-sent-events.ts'

/** One chat completion as far as it came. */
export interface Completion {
  text: string
  model: string | undefined
  usage: Usage
  /** Why the model stopped; null when the answer was cut off before it said so. */
  finish: string | null
  /** An error the server sent in the middle of the stream. */
  error: string | null
}

function firstChoice(value: unknown): unknown {
  const choices = valueAt(value, 'choices')
  return Array.isArray(choices) ? choices[0] : undefined
}

/** Cached prompt tokens are part of `prompt_tokens` there; ours are apart. */
function usageOf(value: unknown): Usage {
  const cacheReadTokens = countAt(value, 'usage', 'prompt_tokens_details', 'cached_tokens')
  return {
    inputTokens: Math.max(0, countAt(value, 'usage', 'prompt_tokens') - cacheReadTokens),
    outputTokens: countAt(value, 'usage', 'completion_tokens'),
    cacheReadTokens,
    cacheWriteTokens: 0,
  }
}

function errorOf(value: unknown): string | null {
  return textAt(value, 'error', 'message') ?? textAt(value, 'error') ?? null
}

/** Reads a streamed completion to its end. */
export async function readStream(body: ReadableStream<Uint8Array>, onText: ((text: string) => void) | undefined): Promise<Completion> {
  const completion: Completion = { text: '', model: undefined, usage: noUsage, finish: null, error: null }
  for await (const data of readEventData(body)) {
    if (data === '[DONE]') break
    const chunk = parseObject(data)
    if (!chunk) continue
    const choice = firstChoice(chunk)
    const text = textAt(choice, 'delta', 'content') ?? ''
    completion.text += text
    completion.model ??= textAt(chunk, 'model')
    completion.finish = textAt(choice, 'finish_reason') ?? completion.finish
    completion.error ??= errorOf(chunk)
    if (valueAt(chunk, 'usage')) completion.usage = usageOf(chunk)
    if (text) onText?.(text)
  }
  return completion
}

/** Reads a completion that came as one JSON object, from servers that do not stream. */
export function readWhole(text: string, onText: ((text: string) => void) | undefined): Completion {
  const object = parseObject(text)
  const choice = firstChoice(object)
  const answer = textAt(choice, 'message', 'content') ?? ''
  if (answer) onText?.(answer)
  return {
    text: answer,
    model: textAt(object, 'model'),
    usage: usageOf(object),
    finish: textAt(choice, 'finish_reason') ?? null,
    error: errorOf(object),
  }
}

/** Why a completion that came to its end is no answer, or null when it is one. */
export function judgeCompletion(completion: Completion): Failure | null {
  const { finish, text, error } = completion
  if (error !== null) return { class: 'retryable', reason: `The model's server broke off: ${error.slice(0, 300)}` }
  if (finish === 'length')
    return { class: 'limit', reason: "The answer was cut at the model's token limit. Ask for less, or use a model with a longer answer." }
  if (finish === 'content_filter') return { class: 'permanent', reason: "The model's server refused to answer this (content filter)." }
  if (finish === null) return { class: 'retryable', reason: 'The connection ended before the answer was complete.' }
  return text.trim() === '' ? { class: 'bad_output', reason: 'The model answered nothing.' } : null
}
