import { estimatedTokens } from './text-limits.ts'

/** Usage as chat completions tell it, estimated. */
export const chatUsage = (prompt: string, answer: string) => {
  const [prompt_tokens, completion_tokens] = [estimatedTokens(prompt), estimatedTokens(answer)]
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

/** Usage as responses tell it, estimated. */
export const responseUsage = (prompt: string, answer: string) => {
  const [input_tokens, output_tokens] = [estimatedTokens(prompt), estimatedTokens(answer)]
  const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } }
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, ...details }
}
