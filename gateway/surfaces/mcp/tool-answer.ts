import type { CallToolResult } from '@modelcontextprotocol/server'
import { RequestFault } from '../../../bus/define-service.ts'

/** UTF-16 units that a text may have for a model. */
export const MOST = 2_000_000

/** An answer for programs and, as text, for models that read nothing else. */
export const answered = (answer: object, text = JSON.stringify(answer, undefined, 2)): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent: { ...answer },
})

/** What did not work, as a result: a model shall read it and can do something about it. */
export const failed = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true })

/** Runs a tool; its faults become words. What is no fault of the request goes to `report`, never to the client. */
export const answerInWords = async <Answer>(
  work: () => Promise<Answer>,
  report: (error: unknown) => void,
): Promise<Answer | CallToolResult> => {
  try {
    return await work()
  } catch (error) {
    return failed(wordsOf(error, report))
  }
}

/** The words of a fault for a client. */
export const wordsOf = (error: unknown, report: (error: unknown) => void): string => {
  if (error instanceof RequestFault) return error.faults.join('\n')
  report(error)
  return 'Cortex failed at it; its log says why'
}
