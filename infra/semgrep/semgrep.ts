import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { step } from '../../bus/next-steps.ts'
import type { Failure } from '../../functions/failure.ts'
import type { LeftOutRule, ScanFinding, Semgrep, Unparsed } from '../../functions/verification/scan-ports.ts'
import type { ProcessResult } from '../processes/processes.ts'
import { holdLearned, type LearnedFindings, writeLearned } from './learned.ts'
import { type FrontEnd, findProgram, type SemgrepOptions, showEverything, startSemgrep } from './program.ts'
import { complaintsOf, leftOutBy, readScan, unparsedIn, versionIn } from './report.ts'
import { idsIn, isRuleFile, mayApply, mayBlock, ownRules, type RuleFile, readRules, versionOf } from './rules.ts'

type ScanInput = Parameters<Semgrep['scan']>[0]
type ScanResult = Awaited<ReturnType<Semgrep['scan']>>

function failed(reason: string, failureClass: Failure['class'] = 'infrastructure'): ScanResult {
  return { outcome: 'failed', class: failureClass, reason }
}

interface Work {
  options: SemgrepOptions
  program: string
  /** Of this scan alone, with an empty folder in it. */
  home: string
  input: ScanInput
  /** The folder of the base's rules. */
  folder: string
}

const start = ({ options, program, home, input }: Work, cwd: string, rules: readonly string[], front: FrontEnd): Promise<ProcessResult> =>
  startSemgrep({ options, program, home, cwd, rules, front, timeoutMs: input.timeoutMs, signal: input.signal })

/** The rules of one scan, by where they are from. */
interface Rules {
  readonly base: readonly RuleFile[]
  readonly learned: readonly RuleFile[]
  readonly own: readonly RuleFile[]
}

interface Scanned {
  readonly stdout: string
  readonly leftOut: LeftOutRule[]
}

/** Scans with all rules that can be read: a broken rule is left out by semgrep itself, a broken file by us, one after the other. */
async function scanWith(
  work: Work,
  base: readonly RuleFile[],
  own: readonly string[],
): Promise<{ run: ProcessResult; leftOut: LeftOutRule[] }> {
  const broken: (LeftOutRule & { file?: string })[] = []
  for (;;) {
    const files = base.map((file) => file.path).filter((file) => !broken.some((one) => one.file === file))
    const places = [...(broken.length > 0 ? files : base.length > 0 ? [work.folder] : []), ...own]
    const run = await start(work, work.input.path, places, 'native')
    const said = leftOutBy(run.stdout, work.folder)
    const next = said.find(({ file }) => files.includes(file ?? ''))
    if (next && run.exitCode !== 0 && files.length + own.length > 1) {
      broken.push(next)
      continue
    }
    const leftOut = [...broken, ...said].map(({ rule, reason }) => ({ rule, reason }))
    const isUndone = !run.aborted && !run.timedOut && leftOut.length === 0 && typeof readScan(run, work.folder) === 'string'
    return isUndone ? { run: await start(work, work.input.path, places, 'python'), leftOut } : { run, leftOut }
  }
}

/** Rules that the change brings and that cannot be read: whoever wrote them must mend them, for from the next task on they count. */
async function brokenByChange(work: Work): Promise<ScanFinding[]> {
  const { input, options, home } = work
  const within = `${path.posix.normalize(options.config.rules).replace(/\/$/, '')}/`
  const changed = (input.changedFiles ?? []).filter((file) => file.startsWith(within) && isRuleFile(file))
  const there = new Set(
    (await readRules(path.resolve(input.path, options.config.rules))).map((file) => path.relative(input.path, file.path)),
  )
  const found: ScanFinding[] = []
  for (const file of changed.filter((each) => there.has(each))) {
    const run = await start(work, path.join(home, 'empty'), [path.join(input.path, file)], 'native')
    for (const { rule, reason } of leftOutBy(run.stdout, path.resolve(input.path, options.config.rules)))
      found.push({ rule: 'broken-rule', file, line: 1, message: `${rule} cannot be read by semgrep: ${reason}`, severity: 'ERROR' })
  }
  return found
}

function changedRules(changedFiles: readonly string[], rules: string): string[] {
  const changed = changedFiles.filter((file) => file.startsWith(`${path.posix.normalize(rules).replace(/\/$/, '')}/`))
  return changed.length > 0
    ? [`The change touches the rules, and was scanned with those from before it: ${changed.join(', ')}. Look at them yourself.`]
    : []
}

/** What is held against a change by everybody but the learned rules; of no rules, nothing. */
async function scanOthers(work: Work, { base, own }: Rules): Promise<Scanned & { findings: ScanFinding[] | ScanResult }> {
  const { input, folder } = work
  if (base.length + own.length === 0) return { stdout: '', leftOut: [], findings: [] }
  const { run, leftOut } = await scanWith(work, base, own.length > 0 ? [ownRules] : [])
  if (run.aborted) throw input.signal.reason
  const findings = readScan(run, folder)
  const late = `The scan was not done after ${Math.round(input.timeoutMs / 1000)} s. Raise timeouts.scan or scan less.`
  if (run.timedOut) return { stdout: '', leftOut, findings: failed(late, 'timeout') }
  if (run.startFailure) return { stdout: '', leftOut, findings: failed(`The scan could not be started: ${run.startFailure.message}.`) }
  return { stdout: run.stdout, leftOut, findings: typeof findings === 'string' ? failed(findings) : findings }
}

/** A rule that blocks and was not done says nothing: a person decides on it. */
const whySlow = ({ slow: [rule] }: LearnedFindings): string | undefined =>
  rule && `The learned rule ${rule.name} was not done with the change. If it is the rule's fault: ${step(`rules quarantine ${rule.name}`)}`

async function scan(work: Work, rules: Rules): Promise<ScanResult> {
  const { input, options, folder } = work
  const { base, own } = rules
  const broken = input.rulesFrom === undefined ? [] : await brokenByChange(work)
  const realNames = await showEverything(input.path)
  const { stdout, leftOut, findings } = await scanOthers(work, rules)
  if (!Array.isArray(findings)) return findings
  const held = await holdLearned(
    async (places, timeoutMs) => {
      const run = await start(
        { ...work, input: { ...input, timeoutMs: Math.min(timeoutMs, input.timeoutMs) } },
        input.path,
        places,
        'native',
      )
      if (run.aborted) throw input.signal.reason
      return run
    },
    rules.learned,
    input.learned ?? [],
  )
  const slow = whySlow(held)
  if (slow) return failed(slow, 'timeout')
  const theirs = idsIn(base)
  const ours = new Set(idsIn(own).filter((id) => !theirs.includes(id)))
  const realName = (file: string): string => realNames.get(path.normalize(file)) ?? path.normalize(file)
  const isForPerson = ({ file }: Unparsed): boolean =>
    options.config.unparsed === 'block' && (input.changedFiles ?? []).includes(file) && mayBlock([...base, ...own], file)
  const finish = (finding: ScanFinding): ScanFinding => ({
    ...finding,
    file: realName(finding.file),
    ...(!finding.learned && ours.has(finding.rule) ? { own: true } : {}),
  })
  return {
    outcome: 'scanned',
    findings: [...broken, ...[...findings, ...held.findings].map(finish)],
    warnings: [...changedRules(input.changedFiles ?? [], options.config.rules), ...complaintsOf(stdout)],
    leftOut,
    learned: [...held.learned],
    unparsed: unparsedIn(stdout)
      .map(({ file, reason }) => ({ file: realName(file), reason }))
      .filter(isForPerson),
    version: versionIn(stdout),
    rulesVersion: versionOf(folder, base),
  }
}

/** The `Semgrep` service. */
export function createSemgrep(options: SemgrepOptions): Semgrep {
  const { command, rules, required, own } = options.config
  return {
    scan: async (input) => {
      input.signal.throwIfAborted()
      const isAlone = input.rulesFrom === undefined
      const folder = path.resolve(input.rulesFrom ?? input.path, rules)
      const base = isAlone ? [] : await readRules(folder)
      const ours = own && !isAlone ? await readRules(ownRules) : []
      const { changedFiles: changed = [] } = input
      // A rule that was taken into the repository is the repository's.
      const theirs = idsIn(base)
      const learned = (input.learned ?? []).filter(({ name }) => !theirs.includes(name))
      const blocking = learned.filter(({ blocks }) => blocks).map(({ name, yaml }) => ({ path: name, text: yaml }))
      const all = [...base, ...ours, ...learned.map(({ name, yaml }) => ({ path: name, text: yaml }))]
      if (all.length === 0) return { outcome: 'skipped', reason: `There are no rules in ${rules}.` }
      const touchesRules = !isAlone && changed.some((file) => file.startsWith(rules))
      if (changed.length > 0 && !touchesRules && !mayApply(all, changed))
        return { outcome: 'skipped', reason: `No rule looks at what was changed: ${changed.slice(0, 5).join(', ')}.` }
      const program = findProgram(options)
      if (!program && isAlone) return failed(`${command} is not installed: no learned rule was held against the change.`, 'missing')
      if (!program) return withoutProgram(command, [...base, ...blocking], { rules, required })
      const home = path.join(path.resolve(options.dataDir), 'runs', `scan-${randomUUID()}`)
      await mkdir(path.join(home, 'empty'), { recursive: true, mode: 0o700 })
      try {
        return await scan(
          { options, program, home, input: { ...input, learned }, folder },
          { base, own: ours, learned: await writeLearned(home, learned, changed) },
        )
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    },
  }
}

/** A repository that has rules wants them used; without any, our own few are an addition that can be missing. */
function withoutProgram(command: string, base: readonly RuleFile[], { rules, required }: { rules: string; required: boolean }): ScanResult {
  if (base.length === 0) return { outcome: 'skipped', reason: `${command} is not installed: Cortex's own rules were not used.` }
  const reason = `${command} is not installed: ${base.length} rule file(s) in ${rules} were not used.`
  return required
    ? failed(`${reason} Install semgrep, or let such changes pass with [semgrep] required = false.`, 'missing')
    : { outcome: 'skipped', reason: `${reason} Install semgrep to have changes scanned.` }
}
