import { storyFilter } from '../../bus/subjects.ts'
import { beginsOn } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { outcomeOf } from './outcome.ts'

/**
 * Delivers the result: the only function that touches the person's repository, and only to add a branch (or to
 * fast-forward one that nobody works on). A cancellation wins until `finish.started` is stored.
 */
export default defineFunction({
  on: [beginsOn('finish')],
  emits: ['task.completed', 'task.escalated'],
  records: ['finish.started'],
  timeout: '5m',
  retry: { attempts: 4, backoff: ['1s', '10s', '1m'] },
  effect: true,
  handler: async ({ event, state, say, record, blobs, services }) => {
    const task = await state()
    const project = task.routed!.project!
    const head = task.head!
    const branch = `cortex/${task.id}`
    if (!task.finishing)
      await record('finish.started', { branch, sha: head.sha }, { guard: { filter: storyFilter(task.id), sequence: task.sequence } })
    await services.git.adopt({ project, headSha: head.sha, bundle: () => blobs.bytes(head.bundle) })
    const { branch: base } = await services.git.resolve(project)
    const merge = services.config.projects[project]?.merge ?? 'branch'
    try {
      const { merged } = await services.git.deliver({ project, branch, headSha: head.sha, merge, base })
      return [say('task.completed', { outcome: outcomeOf(task, { branch, merged, at: event.time }) })]
    } catch (error) {
      if (!isGitProblem(error)) throw error
      if (merge === 'branch') return [say('task.escalated', { reason: error.message, class: 'delivery' })]
      // The work is not lost because a fast-forward was refused: the branch is there for the person.
      await services.git.deliver({ project, branch, headSha: head.sha, merge: 'branch', base })
      return [say('task.escalated', { reason: `${error.message} The result is on branch ${branch}.`, class: 'delivery', branch })]
    }
  },
})
