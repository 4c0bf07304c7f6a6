import type { Blobs } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import { step } from '../../bus/next-steps.ts'
import type { Attempt } from '../../domain/catalogue/shared.ts'
import { beginsOn } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { Services } from '../ports.ts'
import { isFailing } from './check-ports.ts'
import { hearCanaries, heardIn } from './hear-canaries.ts'
import { hashOfDoubts, judgeYardstick, type Ruling, yardstickOf } from './judge-yardstick.ts'
import { blameChange, failureOf, findingOf, leftOutOf, lookAtBase, type Named, runHead, runsOf, type Verifying } from './run-checks.ts'

/**
 * Runs the definition of done in fresh worktrees: the operator's commands, never a model's. First on the head as it is, then with the tests and
 * runner files of the base over it, where the change touched any; what neither can decide is for a person.
 */
export default defineFunction({
  on: [beginsOn('dod'), 'attempt.started', 'yardstick.approved'],
  emits: ['dod.passed', 'dod.failed', 'task.escalated'],
  timeout: '8h',
  within: ['dod'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 2,
  effect: true,
  handler: async ({ event, state, say, blobs, services, signal, live, now }) => {
    if (event.type === 'attempt.started' && event.data.recheck !== 'dod') return []
    const task = await state()
    const { attempt } = event.type === 'yardstick.approved' ? task.rounds.at(-1)! : event.data
    try {
      const { bundle, sha } = task.head!
      await services.git.adopt({ project: task.routed!.project!, headSha: sha, bundle: () => blobs.bytes(bundle) })
      const around = { signal, onLine: (line: string) => live('checks', line), key: (name: string) => `${name}-${event.id}` }
      const verifying = await prepare(services, task, attempt, around)
      const { about, settings, tree } = verifying
      const changes = await services.yardstick.changes(about)
      const own = await runHead(verifying, changes)
      const coverage = own.coverage === undefined ? {} : { coverage: own.coverage }
      // Once may be a moment's want; twice is compared with the base.
      const blamed = event.type === 'attempt.started' ? await blameChange(verifying, own, now().toISOString()) : undefined
      const failure = blamed ?? failureOf(own, settings)
      if (failure) return [say('dod.failed', { attempt, ...failure, checks: await store(blobs, runsOf(own)), ...coverage })]

      const looked = await lookAtBase(verifying, { tests: settings.tests, changes, head: own.checks, rewritten: own.rewritten ?? [] })
      const seen = await hearCanaries(verifying, looked)
      const checks = await store(blobs, runsOf(own, seen.laid))
      // A lack of time says nothing about the change.
      if (seen.laid?.failure?.class === 'timeout')
        return [say('dod.failed', { attempt, class: 'timeout', findings: [], reason: seen.laid.failure.reason, checks, ...coverage })]
      const ruling = judgeYardstick(seen)
      if (ruling.kind === 'failed')
        return [
          say('dod.failed', { attempt, class: 'test_failure', findings: [...ruling.findings], reason: ruling.reason, checks, ...coverage }),
        ]
      const approved = approvalOf(task, tree, ruling)
      if (ruling.kind === 'doubted' && !approved.approvedBy) {
        const findings = [...ruling.doubts, ...(seen.laid?.checks.filter(isFailing).map(findingOf) ?? [])]
        return [
          say('task.escalated', {
            reason: reasonOf(task, ruling.reason + leftOutOf(seen), approved.hash),
            class: 'yardstick',
            findings,
            yardstick: approved.hash,
          }),
        ]
      }
      const { approvedBy } = approved
      const notes = ruling.kind === 'judged' ? [...ruling.notes] : []
      const judged = {
        tests: settings.tests,
        changes: changes.slice(0, MAX_CHANGES),
        notes,
        ...heardIn(seen),
        ...(approvedBy ? { approvedBy } : {}),
      }
      return [say('dod.passed', { attempt, saw: { sha, tree }, checks, judged, ...coverage })]
    } catch (error) {
      if (isGitProblem(error))
        return [say('dod.failed', { attempt, class: 'infrastructure', checks: [], findings: [], reason: error.message })]
      throw error
    }
  },
})

/** As many as a message takes. */
const MAX_CHANGES = 100

type Around = Pick<Verifying, 'key'> & Pick<Verifying['input'], 'signal' | 'onLine'>

const prepare = async (services: Services, task: Task, attempt: Attempt, { key, ...around }: Around): Promise<Verifying> => {
  const project = task.routed!.project!
  const { sha } = task.head!
  const repositoryToml = await services.git.show({ project, sha: attempt.baseSha, file: 'cortex.toml' })
  return {
    services,
    about: { project, baseSha: attempt.baseSha, headSha: sha },
    tree: await services.git.tree({ project, sha }),
    settings: yardstickOf(services.config, project),
    input: { project, repositoryToml, timeoutMs: milliseconds(services.config.timeouts.dod), ...around },
    key,
  }
}

/** What a person would have to approve, and who did. */
const approvalOf = ({ doubtApproved }: Task, tree: string, ruling: Ruling): { hash: string; approvedBy?: string } => {
  const hash = ruling.kind === 'doubted' ? hashOfDoubts(tree, ruling.doubts) : ''
  return doubtApproved && doubtApproved.hash === hash ? { hash, approvedBy: doubtApproved.by } : { hash }
}

const reasonOf = ({ id }: Task, reason: string, hash: string): string =>
  `it changed what judges it: ${reason}. To let it be judged by its own: ${step(`approve ${id} --hash ${hash}`)}`

const store = (blobs: Blobs, checks: readonly Named[]) =>
  Promise.all(
    checks.map(async ({ output, durationMs, signal: _, ...check }) => ({
      ...check,
      output: await blobs.put(output, 'text/plain'),
      durationMs: Math.round(durationMs),
    })),
  )
