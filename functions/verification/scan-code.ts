import { milliseconds } from '../../bus/duration.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { ScanFinding } from '../ports.ts'

/** Runs the Semgrep rules that the repository had at the base over the change, before the expensive checks. */
export default defineFunction({
  on: [beginsOn('scan'), 'attempt.started'],
  emits: ['scan.passed', 'scan.failed'],
  timeout: '10m',
  within: ['scan'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 2,
  effect: true,
  handler: async ({ event, state, say, blobs, services, signal }) => {
    const { attempt } = event.data
    if (event.type === 'attempt.started' && event.data.recheck !== 'scan') return []
    const task = await state()
    const project = task.routed!.project!
    const head = task.head!
    try {
      await services.git.adopt({ project, headSha: head.sha, bundle: () => blobs.bytes(head.bundle) })
      // The list in the story may be shortened; what was changed says the repository.
      const { files } = await services.git.diff({ project, baseSha: attempt.baseSha, headSha: head.sha })
      await using worktree = await services.git.worktree({ project, sha: head.sha, key: `scan-${event.id}` })
      await using base = await services.git.worktree({ project, sha: attempt.baseSha, key: `rules-${event.id}` })
      const saw = { sha: head.sha, tree: await services.git.tree({ project, sha: head.sha }) }
      const scan = await services.semgrep.scan({
        path: worktree.path,
        rulesFrom: base.path,
        changedFiles: files,
        timeoutMs: milliseconds(services.config.timeouts.scan),
        signal,
      })
      if (scan.outcome === 'skipped') return [say('scan.passed', { attempt, saw, warnings: [], skipped: scan.reason })]
      if (scan.outcome === 'failed') return [say('scan.failed', { attempt, class: scan.class, findings: [], reason: scan.reason })]
      const { blocking, warnings } = sort(scan.findings, files)
      const more = scan.warnings.map((problem): Finding => ({ from: 'scan', problem }))
      return blocking.length > 0
        ? [
            say('scan.failed', {
              attempt,
              class: 'test_failure',
              findings: blocking,
              reason: summary(blocking),
              rulesVersion: scan.rulesVersion,
            }),
          ]
        : [say('scan.passed', { attempt, saw, warnings: [...warnings, ...more], rulesVersion: scan.rulesVersion })]
    } catch (error) {
      if (isGitProblem(error)) return [say('scan.failed', { attempt, class: 'infrastructure', findings: [], reason: error.message })]
      throw error
    }
  },
})

/** Only errors in files that this task changed block it; what was there before is a warning. Pure. */
export const sort = (findings: readonly ScanFinding[], changed: readonly string[]): { blocking: Finding[]; warnings: Finding[] } => {
  const isBlocking = (finding: ScanFinding): boolean => finding.severity === 'ERROR' && changed.includes(finding.file)
  const toFinding = ({ rule, file, line, message }: ScanFinding): Finding => ({
    from: 'scan',
    file,
    line,
    problem: `${rule}: ${message}`.slice(0, 1000),
  })
  return {
    blocking: findings.filter(isBlocking).map(toFinding).slice(0, 30),
    warnings: findings
      .filter((finding) => !isBlocking(finding))
      .map(toFinding)
      .slice(0, 50),
  }
}

const summary = (findings: readonly Finding[]): string =>
  `${findings.length} finding${findings.length === 1 ? '' : 's'}, first in ${findings[0]?.file}:${findings[0]?.line}: ${findings[0]?.problem.slice(0, 300)}`
