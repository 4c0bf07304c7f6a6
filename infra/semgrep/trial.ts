import path from 'node:path'
import type { LeftOutRule, ScanFinding } from '../../functions/verification/scan-ports.ts'
import { type SemgrepStart, startSemgrep } from './program.ts'
import { impairedIn, leftOutBy, matchingSecondsIn, readScan } from './report.ts'

/** What a scan with a rule on trial came to. */
export type RuleTrial =
  | {
      readonly outcome: 'scanned'
      readonly findings: ScanFinding[]
      readonly unread: LeftOutRule[]
      readonly unparsed: ReadonlyMap<string, string>
      readonly seconds: number
    }
  /** It cannot be done with that rule, and can with another. */
  | { readonly outcome: 'undone'; readonly why: string }

/**
 * Scans with rules on trial. Where no scan comes of it, a rule that hits nothing is tried in the same place: only when that works is it the
 * fault of the rules, else it throws.
 * @param control a file with a rule that hits nothing
 */
export async function tryRules(scan: Omit<SemgrepStart, 'front'>, control: string): Promise<RuleTrial> {
  const faults: string[] = []
  for (const front of ['native', 'python'] as const) {
    const held = await once({ ...scan, front })
    if (held.outcome === 'scanned') return held
    const plain = await once({ ...scan, front, rules: [control] })
    if (plain.outcome === 'scanned') return held
    faults.push(plain.why)
  }
  throw new Error(`No rule can be tried: ${faults.join('; ')}`)
}

async function once(scan: SemgrepStart): Promise<RuleTrial> {
  const folder = path.dirname(scan.rules[0]!)
  const run = await startSemgrep({ ...scan, more: ['--time'] })
  if (run.aborted) throw scan.signal.reason
  if (run.startFailure) throw new Error(`Semgrep could not be started: ${run.startFailure.message}.`)
  if (run.timedOut) return { outcome: 'undone', why: `semgrep was not done after ${Math.round(scan.timeoutMs / 1000)} s` }
  const unread = leftOutBy(run.stdout, folder).map(({ rule, reason }) => ({ rule, reason: reason.slice(0, 300) }))
  const findings = readScan(run, folder)
  // With nothing to run it ends otherwise than with findings, and has said all the same what it thinks of the rules.
  if (typeof findings === 'string' && unread.length === 0)
    return { outcome: 'undone', why: findings.replaceAll(folder, 'the rule').slice(0, 400) }
  const seconds = matchingSecondsIn(run.stdout) ?? run.durationMs / 1000
  return { outcome: 'scanned', findings: typeof findings === 'string' ? [] : findings, unread, unparsed: impairedIn(run.stdout), seconds }
}
