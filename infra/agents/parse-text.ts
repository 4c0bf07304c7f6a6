import { noUsage } from '../../domain/task.ts'
import type { ParsedOutput } from './parsed-output.ts'

/** Takes all of stdout as the answer. Nothing on stdout is no answer: whether that is a failure, the exit code tells. */
export function parseText(stdout: string): ParsedOutput {
  const text = stdout.trim()
  return { outcome: text === '' ? 'none' : 'success', text, usage: noUsage, denials: [] }
}
