import type { Answered } from './final-answer.ts'
import { estimatedTokens } from './text-limits.ts'

type Said = Pick<Answered, 'text' | 'calls'>

/** What an answer counts: its text, or the calls that it is. */
export const answerTokens = ({ text, calls }: Said): number => estimatedTokens(calls.length > 0 ? JSON.stringify(calls) : text)

/** Usage as chat completions tell it, estimated. */
export const chatUsage = (prompt: string, answer: Said) => {
  const [prompt_tokens, completion_tokens] = [estimatedTokens(prompt), answerTokens(answer)]
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

/** Usage as responses tell it, estimated. */
export const responseUsage = (prompt: string, answer: Said) => {
  const [input_tokens, output_tokens] = [estimatedTokens(prompt), answerTokens(answer)]
  const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } }
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, ...details }
}
