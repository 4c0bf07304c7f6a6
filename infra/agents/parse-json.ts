import { FailureClass } from '../../domain/catalogue/shared.ts'
import { noUsage } from '../../domain/task.ts'
import { classOfWords } from './classify.ts'
import { countAt, type ParsedOutput, parseObject, parseObjects, textAt } from './parsed-output.ts'

/** What a program may say of its own failure; whether a check passed is for others to say. */
const StatedClass = FailureClass.exclude(['test_failure'])

/**
 * Reads the `json` format, ours for small programs: one object on stdout (or as its last line),
 * `{result, structured?, usage?: {input_tokens, output_tokens}, cost_usd?, model?}`, or `{error, class?}` for a failure.
 */
export function parseJson(stdout: string): ParsedOutput {
  const object = parseObject(stdout) ?? parseObjects(stdout).at(-1)
  if (!object) return { outcome: 'none', text: '', usage: noUsage, denials: [] }
  const cost = object['cost_usd']
  const base = {
    text: textAt(object, 'result') ?? '',
    usage: {
      ...noUsage,
      inputTokens: countAt(object, 'usage', 'input_tokens'),
      outputTokens: countAt(object, 'usage', 'output_tokens'),
      ...(typeof cost === 'number' ? { costUsd: cost } : {}),
    },
    model: textAt(object, 'model'),
    denials: [],
  }
  const error = textAt(object, 'error')
  if (error !== undefined) {
    const stated = StatedClass.safeParse(textAt(object, 'class'))
    return { ...base, outcome: 'failure', failureClass: stated.data ?? classOfWords(error), message: error }
  }
  if (typeof object['result'] !== 'string') return { ...base, outcome: 'none' }
  return { ...base, outcome: 'success', ...(object['structured'] === undefined ? {} : { structured: object['structured'] }) }
}
