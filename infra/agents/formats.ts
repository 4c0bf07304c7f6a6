import type { Act } from './circles.ts'
import { claudeActs, claudeProgress, isClaudeResult, parseClaude } from './parse-claude.ts'
import { codexActs, codexProgress, parseCodex } from './parse-codex.ts'
import { parseJson } from './parse-json.ts'
import { parseText } from './parse-text.ts'
import { type ParsedOutput, parseObject } from './parsed-output.ts'
import type { OutputFormat } from './resolved-agent.ts'

export interface Format {
  parse(output: { stdout: string; stderr: string; lastMessage: string }): ParsedOutput
  /** A line for people out of one line of output, or null. */
  progress(line: string, stream: 'stdout' | 'stderr'): string | null
  isLastLine?(line: string): boolean
  /** What one line of stdout says of the agent's tools; absent where the output does not tell while it runs. */
  acts?(line: string): Act[]
  /** Whether an agent of this command prints a line as soon as it begins. */
  speaksAtOnce?(argv: readonly string[]): boolean
}

function isCodexEnd(line: string): boolean {
  const type = line.includes('"turn.') ? parseObject(line)?.['type'] : undefined
  return type === 'turn.completed' || type === 'turn.failed'
}

/** How each output format is read. */
export const formats: Readonly<Record<OutputFormat, Format>> = {
  'claude-json': {
    parse: ({ stdout }) => parseClaude(stdout),
    progress: (line, stream) => (stream === 'stdout' ? claudeProgress(line) : null),
    isLastLine: isClaudeResult,
    acts: claudeActs,
    speaksAtOnce: (argv) => argv.includes('stream-json'),
  },
  'codex-jsonl': {
    parse: ({ stdout, stderr, lastMessage }) => parseCodex(stdout, stderr, lastMessage),
    progress: (line, stream) => (stream === 'stdout' ? codexProgress(line) : null),
    isLastLine: isCodexEnd,
    acts: codexActs,
    speaksAtOnce: () => true,
  },
  json: { parse: ({ stdout }) => parseJson(stdout), progress: (line, stream) => (stream === 'stderr' ? line : null) },
  text: { parse: ({ stdout }) => parseText(stdout), progress: (line) => line },
}
