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
   * with Cortex's own: neither the change's rules nor its ignore files and comments count. `skipped` says why nothing was scanned;
   * never throws for findings. `changedFiles` are those of the change: rules among them are named in a warning, and are findings where
   * they cannot be read. A rule of the base that cannot be read is left out. `unparsed` are files of the change that a rule of severity
   * ERROR is for, and of which nothing could be parsed, where a person is to look at them.
   */
  scan(input: { path: string; rulesFrom: string; changedFiles?: readonly string[]; timeoutMs: number; signal: AbortSignal }): Promise<
    | {
        outcome: 'scanned'
        findings: ScanFinding[]
        warnings: string[]
        leftOut: LeftOutRule[]
        unparsed: Unparsed[]
        version: string
        rulesVersion: string
      }
    | { outcome: 'skipped'; reason: string }
    | ({ outcome: 'failed' } & Failure)
  >
}
