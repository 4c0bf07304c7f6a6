import { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import type { FailureClass } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { noUsage } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import type { AgentResult, Git, Worktree } from '../ports.ts'
import { answerSchemas } from './answer-schemas.ts'
import { roleFor } from './lanes.ts'

/** The lane of agents' command lines: one run in a worktree that must be unchanged afterwards. */
export default defineFunction({
  on: ['cli.asked'],
  emits: laneOutcomes,
  timeout: '1h',
  within: ['plan', 'review', 'answer', 'learn'],
  retry: { attempts: 2, backoff: ['2s'] },
  concurrency: 4,
  effect: true,
  handler: async ({ event, state, say, blobs, services, signal, live, now }) => {
    await state()
    const { data } = event
    const { purpose, agent, lane, job } = data
    const asked = { job, purpose, lane, agent }
    const began = now().getTime()
    try {
      if (data.workspace?.bundle) {
        const { project, sha, bundle } = data.workspace
        await services.git.adopt({ project, headSha: sha, bundle: () => blobs.bytes(bundle) })
      }
      await using worktree = await openWorktree(services.git, event)
      const run = await services.agents.run({
        agent,
        role: roleFor(purpose),
        prompt: await blobs.text(data.prompt),
        cwd: worktree?.path,
        key: event.id,
        signal,
        timeoutMs: data.timeoutMs,
        schema: data.schema && answerSchemas[data.schema],
        onLine: (line) => live('agent', line),
      })
      const log = await blobs.put(run.log, 'text/plain')
      const failure = await failureOf(run, services.git, worktree)
      const common = { ...asked, log, usage: run.usage }
      if (failure) return [say(`${purpose}.unanswered`, { ...common, ...failure, request: data })]
      const answer = await blobs.put(textOf(run), 'text/plain')
      return [
        say(`${purpose}.answered`, { ...common, ...(run.model ? { model: run.model } : {}), answer, durationMs: now().getTime() - began }),
      ]
    } catch (error) {
      if (!isGitProblem(error)) throw error
      const failed = { code: 'infrastructure', reason: error.message, retryable: false, usage: noUsage } as const
      return [say(`${purpose}.unanswered`, { ...asked, ...failed, request: data })]
    }
  },
})

const openWorktree = async (git: Git, { id, data }: Fact<'cli.asked'>): Promise<Worktree | undefined> =>
  data.workspace && git.worktree({ project: data.workspace.project, sha: data.workspace.sha, key: `ask-${id}` })

/** Failures that may be over when it is asked again. */
const PASSING: readonly FailureClass[] = ['retryable', 'timeout', 'infrastructure']

/** A reader that wrote into the worktree is not believed. */
const failureOf = async (run: AgentResult, git: Git, worktree: Worktree | undefined) => {
  if (!run.ok) {
    const { class: code, reason, until } = run
    return { code, reason, retryable: PASSING.includes(code), ...(until ? { until } : {}) }
  }
  if (worktree && (await git.isDirty(worktree)))
    return { code: 'permanent' as const, reason: 'the agent changed files in a worktree it was only to read', retryable: false }
  return undefined
}

const textOf = (run: AgentResult): string => (run.ok && run.structured !== undefined ? JSON.stringify(run.structured) : run.text)
