import { BlobMissing, type BlobRef, type Blobs } from '../../bus/blobs.ts'
import { storyFilter } from '../../bus/subjects.ts'
import { beginsOn } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { secretFindings } from '../execution/secret-findings.ts'
import { judge } from '../review/verdict.ts'
import { type Chain, chainOf, unsealedFaults } from './evidence.ts'
import { outcomeOf } from './outcome.ts'

/**
 * Delivers the result: the only function that touches the person's repository, and only to add a branch (or to
 * fast-forward one that nobody works on). It believes no fact by itself: what was reviewed, scanned and verified must be the
 * very tree that git finds now, with the evidence on record, in a story that this system wrote. A cancellation wins until `finish.started` is stored.
 */
export default defineFunction({
  on: [beginsOn('finish')],
  emits: ['task.completed', 'task.escalated', 'attempt.started'],
  records: ['finish.started'],
  timeout: '5m',
  retry: { attempts: 4, backoff: ['1s', '10s', '1m'] },
  effect: true,
  handler: async ({ event, state, history, say, record, blobs, services }) => {
    const task = await state()
    const unsealed = unsealedFaults(await history(), task)
    if (unsealed.length > 0) return [say('task.escalated', { reason: nothingFor(unsealed), class: 'evidence' })]
    const project = task.routed!.project!
    const head = task.head!
    const branch = `cortex/${task.id}`
    await services.git.adopt({ project, headSha: head.sha, bundle: () => blobs.bytes(head.bundle) })
    const chain = await proven(task, await services.git.tree({ project, sha: head.sha }), blobs)
    if (chain.kind === 'unnoted')
      return [
        say('attempt.started', {
          attempt: event.data.attempt,
          from: { sha: head.sha, bundle: head.bundle },
          feedback: [],
          recheck: 'review',
        }),
      ]
    if (chain.kind === 'broken') return [say('task.escalated', { reason: nothingFor(chain.faults), class: 'evidence' })]
    const { text: everything } = await services.git.diff({
      project,
      baseSha: event.data.attempt.baseSha,
      headSha: head.sha,
      everything: true,
    })
    const secrets = await services.secrets.inChange(everything)
    if (secrets.length > 0) {
      const { reason, findings } = secretFindings(secrets)
      return [say('task.escalated', { reason: `nothing was delivered: ${reason}`, class: 'secret', findings })]
    }
    if (!task.finishing)
      await record('finish.started', { branch, sha: head.sha }, { guard: { filter: storyFilter(task.id), sequence: task.sequence } })
    const base = await services.git.base(project)
    const merge = task.unreviewed ? 'branch' : (services.config.projects[project]?.merge ?? 'branch')
    try {
      const delivered = await services.git.deliver({ project, branch, headSha: head.sha, merge, base })
      if (task.unreviewed)
        return [
          say('task.escalated', { reason: `${task.unreviewed}; its checks passed: look at branch ${branch}`, class: 'unreviewed', branch }),
        ]
      return [say('task.completed', { outcome: outcomeOf(task, { ...delivered, at: event.time, sandbox: services.sandbox }) })]
    } catch (error) {
      if (!isGitProblem(error)) throw error
      if (merge === 'branch') return [say('task.escalated', { reason: error.message, class: 'delivery' })]
      // The work is not lost because a fast-forward was refused: the branch is there for the person.
      await services.git.deliver({ project, branch, headSha: head.sha, merge: 'branch', base })
      return [say('task.escalated', { reason: `${error.message} The result is on branch ${branch}.`, class: 'delivery', branch })]
    }
  },
})

const nothingFor = (faults: readonly string[]): string => `nothing was delivered: ${faults.join('; ')}`

/** The chain with what it can show: blobs that are there and unchanged, and a verdict that approves. What was done again once is not done again. */
const proven = async (task: Task, tree: string, blobs: Blobs): Promise<Chain> => {
  const chain = chainOf(task, tree)
  if (chain.kind === 'broken') return chain
  const passedBefore = task.rounds.filter(({ outcome }) => outcome === 'passed').length
  if (chain.kind === 'unnoted')
    return passedBefore > 1 ? { kind: 'broken', faults: ['its review, scan or definition of done does not say what it saw'] } : chain
  const { review, ...rest } = task.evidence
  const refs = [task.head!.diff, ...(review?.blobs ?? []), ...Object.values(rest).flatMap((evidence) => evidence?.blobs ?? [])]
  const missing = (await Promise.all(refs.map((ref) => missingOf(blobs, ref)))).flat()
  if (missing.length > 0) return { kind: 'broken', faults: missing }
  const verdicts = await Promise.all((review?.blobs ?? []).map(async (ref) => judge(await blobs.text(ref)).kind))
  return verdicts.every((kind) => kind === 'passed') ? chain : { kind: 'broken', faults: ['the verdict on record approves nothing'] }
}

const missingOf = async (blobs: Blobs, ref: BlobRef): Promise<string[]> => {
  try {
    await blobs.bytes(ref)
    return []
  } catch (error) {
    if (error instanceof BlobMissing) return [`evidence is missing: ${error.message}`]
    throw error
  }
}
