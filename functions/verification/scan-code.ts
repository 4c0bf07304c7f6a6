import { milliseconds } from '../../bus/duration.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { rulebookOf } from '../../domain/learner.ts'
import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { inForce, rulesIn } from '../rules/rulebook.ts'
import { addedLines } from './added-lines.ts'
import type { Unparsed } from './scan-ports.ts'
import { sort } from './sort-findings.ts'

/** Runs the Semgrep rules that the repository had at the base over the change, before the expensive checks. */
export default defineFunction({
  on: [beginsOn('scan'), 'attempt.started'],
  emits: ['scan.passed', 'scan.failed', 'scan.impaired'],
  timeout: '10m',
  within: ['scan'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 2,
  effect: true,
  handler: async ({ event, state, history, say, blobs, services, signal }) => {
    const { attempt } = event.data
    if (event.type === 'attempt.started' && event.data.recheck !== 'scan') return []
    const task = await state()
    const project = task.routed!.project!
    const head = task.head!
    try {
      await services.git.adopt({ project, headSha: head.sha, bundle: () => blobs.bytes(head.bundle) })
      // The list in the story may be shortened; what was changed says the repository.
      const { files, text } = await services.git.diff({ project, baseSha: attempt.baseSha, headSha: head.sha, everything: true })
      await using worktree = await services.git.worktree({ project, sha: head.sha, key: `scan-${event.id}` })
      await using base = await services.git.worktree({ project, sha: attempt.baseSha, key: `rules-${event.id}` })
      const saw = { sha: head.sha, tree: await services.git.tree({ project, sha: head.sha }) }
      const book = services.config.chum.enabled ? inForce(rulesIn(await history(rulebookOf(project)))) : []
      const scan = await services.semgrep.scan({
        path: worktree.path,
        rulesFrom: base.path,
        learned: book.map(({ rule, name, yaml, state: counts }) => ({ rule, name, yaml, blocks: counts === 'enforced' })),
        changedFiles: files,
        timeoutMs: milliseconds(services.config.timeouts.scan),
        signal,
      })
      if (scan.outcome === 'skipped') return [say('scan.passed', { attempt, saw, warnings: [], skipped: scan.reason })]
      if (scan.outcome === 'failed') return [say('scan.failed', { attempt, class: scan.class, findings: [], reason: scan.reason })]
      const { blocking, warnings, found } = sort(scan.findings, files, addedLines(text))
      const { leftOut } = scan
      const blocks = new Set(book.flatMap(({ rule, state: counts }) => (counts === 'enforced' ? [rule] : [])))
      // That a rule which blocks found nothing is no news.
      const learned = scan.learned
        .map(({ rule, ...rest }) => ({ rule, ...rest, found: found.get(rule) ?? 0 }))
        .filter((one) => one.found > 0 || one.broken || !blocks.has(one.rule))
      const rules = { rulesVersion: scan.rulesVersion, ...(learned.length > 0 ? { learned } : {}) }
      const impaired = leftOut.length > 0 ? [say('scan.impaired', { attempt, leftOut: leftOut.slice(0, MAX_LEFT_OUT) })] : []
      const more = scan.warnings.map((problem): Finding => ({ from: 'scan', problem }))
      if (blocking.length === 0 && scan.unparsed.length > 0)
        return [...impaired, say('scan.failed', { attempt, class: 'test_failure', ...ofUnparsed(scan.unparsed), ...rules })]
      if (blocking.length === 0) return [...impaired, say('scan.passed', { attempt, saw, warnings: [...warnings, ...more], ...rules })]
      const reason = summary(blocking)
      return [...impaired, say('scan.failed', { attempt, class: 'test_failure', findings: blocking, reason, ...rules })]
    } catch (error) {
      if (isGitProblem(error)) return [say('scan.failed', { attempt, class: 'infrastructure', findings: [], reason: error.message })]
      throw error
    }
  },
})

const MAX_LEFT_OUT = 30

const MAX_UNPARSED = 10

/** Of what no rule could be held against: its author may have broken it, and a person looks at it where he cannot mend it. */
const ofUnparsed = (unparsed: readonly Unparsed[]): { findings: Finding[]; reason: string } => {
  const shown = unparsed.slice(0, MAX_UNPARSED).map(({ file, reason }) => ({ file, why: reason.replace(/\s+/g, ' ').slice(0, 200) }))
  return {
    findings: shown.map(({ file, why }) => ({
      from: 'scan',
      file,
      problem: `semgrep cannot parse it, so that no rule says anything of it: ${why}`,
    })),
    reason: `semgrep cannot parse what was changed, so that its rules say nothing of it: ${shown
      .map(({ file, why }) => `${file} (${why})`)
      .join(', ')}. Look at it yourself; [semgrep] unparsed = "name" makes a warning of it`,
  }
}

const summary = (findings: readonly Finding[]): string =>
  `${findings.length} finding${findings.length === 1 ? '' : 's'}, first in ${findings[0]?.file}:${findings[0]?.line}: ${findings[0]?.problem.slice(0, 300)}`
