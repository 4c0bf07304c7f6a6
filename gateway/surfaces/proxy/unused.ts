import type { Body } from './body.ts'

/** Wishes that a chat page cannot be told, by the names of OpenAI and Ollama. Clients send some of them always, so that they are no fault. */
export const unusable = [
  ...['temperature', 'top_p', 'top_k', 'min_p', 'typical_p', 'seed', 'presence_penalty', 'frequency_penalty', 'logit_bias'],
  ...[
    'repeat_penalty',
    'repeat_last_n',
    'mirostat',
    'mirostat_eta',
    'mirostat_tau',
    'num_ctx',
    'think',
    'prediction',
    'web_search_options',
  ],
] as const

/** What of a request's wishes does not reach the page, in a sentence; undefined where all do. Pure. */
export const unusedNote = (body: Body): string | undefined => {
  const names = unusable.filter((name) => body[name] !== undefined && body[name] !== null && body[name] !== false)
  return names.length === 0 ? undefined : `not used, for a chat page cannot be told: ${names.join(', ')}`
}
