import type { Failure } from '../failure.ts'

/** What the scan asks of the outside world. */

export interface ScanFinding {
  rule: string
  file: string
  line: number
  /** Where it ends on another line. */
  endLine?: number
  message: string
  severity: 'ERROR' | 'WARNING' | 'INFO'
  /** Found by a rule of Cortex's own. */
  own?: boolean
  /** Found by a learned rule: its story. */
  learned?: string
}
/** A rule that was made of a lesson. */
export interface LearnedRule {
  /** Its story, and what semgrep calls it. */
  readonly rule: string
  readonly name: string
  readonly yaml: string
  /** Whether what it finds blocks. */
  readonly blocks: boolean
}
/** A rule of the base that cannot be read. */
export interface LeftOutRule {
  rule: string
  reason: string
}
/** A file that no rule could be held against. */
export interface Unparsed {
  file: string
  reason: string
}
export interface Semgrep {
  /**
   * Scans the whole worktree at `path`, which is thrown away afterwards, with the rules folder of another one, that of the base, and
   * with Cortex's own and the learned ones: neither the change's rules nor its ignore files and comments count. `skipped` says why nothing was scanned;
   * never throws for findings. `changedFiles` are those of the change: rules among them are named in a warning, and are findings where
   * they cannot be read. A rule of the base that cannot be read is left out. `unparsed` are files of the change that a rule of severity
   * ERROR is for, and of which nothing could be parsed, where a person is to look at them. `learned` are the learned rules that look at
   * what was changed. Without `rulesFrom` only these are held against it, no rule of the base and none of Cortex's own.
   */
  scan(input: {
    path: string
    rulesFrom?: string
    learned?: readonly LearnedRule[]
    changedFiles?: readonly string[]
    timeoutMs: number
    signal: AbortSignal
  }): Promise<
    | {
        outcome: 'scanned'
        findings: ScanFinding[]
        warnings: string[]
        leftOut: LeftOutRule[]
        unparsed: Unparsed[]
        learned: { rule: string; broken?: true }[]
        version: string
        rulesVersion: string
      }
    | { outcome: 'skipped'; reason: string }
    | ({ outcome: 'failed' } & Failure)
  >
}
