import type { Blobs } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { CheckResult } from '../ports.ts'

/** Runs the definition of done in a fresh worktree at the head: the operator's commands, never a model's. */
export default defineFunction({
  on: [beginsOn('dod'), 'attempt.started'],
  emits: ['dod.passed', 'dod.failed'],
  timeout: '2h',
  within: ['dod'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 2,
  effect: true,
  handler: async ({ event, state, say, blobs, services, signal, live }) => {
    const { attempt } = event.data
    if (event.type === 'attempt.started' && event.data.recheck !== 'dod') return []
    const task = await state()
    const project = task.routed!.project!
    const head = task.head!
    try {
      await services.git.adopt({ project, headSha: head.sha, bundle: () => blobs.bytes(head.bundle) })
      await using worktree = await services.git.worktree({ project, sha: head.sha, key: `dod-${event.id}` })
      const saw = { sha: head.sha, tree: await services.git.tree({ project, sha: head.sha }) }
      const result = await services.checks.run({
        project,
        path: worktree.path,
        repositoryToml: await services.git.show({ project, sha: attempt.baseSha, file: 'cortex.toml' }),
        timeoutMs: milliseconds(services.config.timeouts.dod),
        signal,
        key: event.id,
        onLine: (line) => live('checks', line),
      })
      const checks = await store(blobs, [...result.setup.filter((check) => check.exitCode !== 0), ...result.checks])
      const failing = result.checks.filter((check) => check.exitCode !== 0)
      if (result.failure)
        return [
          say('dod.failed', {
            attempt,
            class: result.failure.class,
            checks,
            findings: failing.slice(0, MAX_FINDINGS).map(findingOf),
            reason: result.failure.reason,
          }),
        ]
      return failing.length === 0 && result.checks.length > 0
        ? [say('dod.passed', { attempt, saw, checks })]
        : [
            say('dod.failed', {
              attempt,
              class: 'test_failure',
              checks,
              findings: failing.slice(0, MAX_FINDINGS).map(findingOf),
              reason: reasonOf(failing),
            }),
          ]
    } catch (error) {
      if (isGitProblem(error))
        return [say('dod.failed', { attempt, class: 'infrastructure', checks: [], findings: [], reason: error.message })]
      throw error
    }
  },
})

const store = (blobs: Blobs, checks: readonly CheckResult[]) =>
  Promise.all(
    checks.map(async ({ command, exitCode, output, durationMs }) => ({
      command,
      exitCode,
      output: await blobs.put(output, 'text/plain'),
      durationMs: Math.round(durationMs),
    })),
  )

const TAIL = 2000
const MAX_FINDINGS = 10

/** What the implementer of the next round reads of a failed check: the end of its output. Pure. */
export const findingOf = ({ command, exitCode, output }: CheckResult): Finding => ({
  from: 'dod',
  criterion: command,
  problem: `\`${command}\` ended with ${exitCode ?? 'no exit code'}:\n${output.length > TAIL ? `...${output.slice(-TAIL)}` : output}`,
})

const reasonOf = (failing: readonly CheckResult[]): string =>
  failing.length === 0
    ? 'the definition of done names no check'
    : failing.map(({ command, exitCode }) => `\`${command}\` ended with ${exitCode ?? 'no exit code'}`).join(', ')
