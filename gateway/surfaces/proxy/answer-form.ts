import { type AnswerFormat, formatInstruction, readFormatted } from './answer-format.ts'
import type { ToolCall, ToolWish } from './tool-wish.ts'

/** What an answer must look like to be used: JSON, calls of tools, or text where tools may be called and are not. */
export interface AnswerForm {
  readonly instruction: string
  read(text: string): Promise<{ readonly text: string; readonly calls: readonly ToolCall[] } | { readonly faults: readonly string[] }>
}

/** The form that a request's format and tools ask for together; undefined where any text will do. */
export const answerForm = (format: AnswerFormat | undefined, tools: ToolWish | undefined): AnswerForm | undefined => {
  if (!format && !tools) return undefined
  const inFormat: AnswerForm['read'] = async (text) => {
    const read = format ? await readFormatted(text, format) : { json: text }
    return 'json' in read ? { text: read.json, calls: [] } : read
  }
  return {
    instruction: [tools?.instruction, format && formatInstruction(format)].filter(Boolean).join('\n\n'),
    read: async (text) => {
      const called = await tools?.read(text)
      if (called && 'faults' in called) return called
      return called && called.calls.length > 0 ? { text: '', calls: called.calls } : inFormat(text)
    },
  }
}

/** The second and last try. `previous` is given when the conversation cannot go on and the answer must be shown again. */
export const repairPrompt = (faults: readonly string[], { instruction }: AnswerForm, previous?: string): string =>
  [
    ...(previous === undefined ? [] : [previous]),
    `The answer cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
    `Give the whole answer again. ${instruction}`,
  ].join('\n\n')
