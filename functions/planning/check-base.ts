import { milliseconds } from '../../bus/duration.ts'
import type { BaseChecked } from '../../domain/catalogue/base.ts'
import { openSince } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { yardstickOf } from '../verification/judge-yardstick.ts'
import { judgeBase } from './judge-base.ts'

/** Tries setup and definition of done on the commit that the task will start from, before anybody is paid: once for all tasks on it. */
export default defineFunction({
  on: ['task.started'],
  emits: ['base.checked', 'task.escalated'],
  timeout: '8h',
  within: ['dod'],
  retry: { attempts: 3, backoff: ['2s', '30s'] },
  effect: true,
  handler: async ({ event, state, say, services, signal, live, now, attempt }) => {
    if (event.data.stage !== 'plan') return []
    const task = await state()
    const project = task.routed?.project
    if (!project) return [say('task.escalated', { reason: 'a plan needs a project', class: 'permanent' })]
    try {
      const { baseSha: sha } = await services.git.resolve(project, { isQuick: true })
      const tree = await services.git.tree({ project, sha })
      const about = { project, sha, tree }
      const began = now().getTime()
      const checked = (seen: Pick<BaseChecked, 'outcome' | 'class' | 'reason' | 'findings'>, cached = false) =>
        say('base.checked', { ...about, ...seen, cached, durationMs: now().getTime() - began })
      if (!yardstickOf(services.config, project).check_base)
        return [checked({ outcome: 'skipped', reason: 'the base was not checked: check_base = false', findings: [] })]
      const seen = await services.checks.base({
        ...about,
        repositoryToml: await services.git.show({ project, sha, file: 'cortex.toml' }),
        timeoutMs: milliseconds(services.config.timeouts.dod),
        signal,
        key: `base-${event.id}`,
        onLine: (line) => live('checks', line),
        open: () => services.git.worktree({ project, sha, key: `base-${event.id}` }),
        ...(task.run > 0 ? { since: openSince(task) } : {}),
      })
      // What setup fetches may be there in a moment.
      if (seen.failure?.class === 'infrastructure' && seen.checks.length === 0 && attempt === 1) throw new Error(seen.failure.reason)
      return [checked(judgeBase(seen), seen.cached)]
    } catch (error) {
      if (isGitProblem(error)) return [say('task.escalated', { reason: error.message, class: 'infrastructure' })]
      throw error
    }
  },
})
