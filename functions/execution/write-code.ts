import { readFileSync } from 'node:fs'
import type { BlobRef } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import { Plan } from '../../domain/catalogue/plan.ts'
import type { Fact } from '../../domain/fact.ts'
import { noUsage, type Task } from '../../domain/task.ts'
import { chooseLessons } from '../chum/choose-lessons.ts'
import { defineFunction } from '../define-function.ts'
import type { Failure } from '../failure.ts'
import { baseText, taskText } from '../planning/plan-prompt.ts'
import type { AgentResult, Git, Worktree } from '../ports.ts'
import { fill } from '../reasoning/fill-prompt.ts'
import { idle, withDenials } from './denied.ts'
import { driftOf } from './drift.ts'
import { isByContent, isGitProblem } from './git-problem.ts'
import { secretFindings } from './secret-findings.ts'
import { shortList } from './short-list.ts'

const template = readFileSync(new URL('./write-code.prompt.md', import.meta.url), 'utf8')

type Started = Fact<'attempt.started'>
type Failed = Fact<'code.failed'>['data']

/** Lets the implementer work in a worktree of its own and turns what it left into one commit on the base, as a bundle. */
export default defineFunction({
  on: ['attempt.started'],
  emits: ['code.written', 'code.failed'],
  records: ['code.started', 'lesson.applied'],
  timeout: '3h',
  within: ['execute'],
  retry: { attempts: 2, backoff: ['5s'] },
  concurrency: 4,
  effect: true,
  handler: async ({ event, state, say, log, record, blobs, services, signal, live, now }) => {
    const { attempt, from, feedback, recheck } = event.data
    if (recheck) return []
    const task = await state()
    const project = task.routed!.project!
    const plan = await blobs.text(task.plan!.plan)
    const files = Plan.parse(JSON.parse(plan)).files_to_modify
    const lessons = await chooseLessons(services, { project, about: `${taskText(task)}\n${plan}`, files, now: event.time }, log)
    const told = { task: taskText(task), plan, base: baseText(task), lessons: lessons.text, feedback: JSON.stringify(feedback, null, 2) }
    const { text: prompt, kinds } = await services.secrets.mask(fill(template, told))
    await record('code.started', { attempt, agent: attempt.implementer, ...(kinds.length > 0 ? { masked: kinds } : {}) })
    if (lessons.ids.length > 0) await record('lesson.applied', { lessons: lessons.ids, use: 'code' })
    const began = now().getTime()
    const failed = (failure: Failure & Pick<Failed, 'findings'>, run?: AgentResult, log?: BlobRef) =>
      say('code.failed', { attempt, ...failure, ...(log ? { log } : {}), ...toldBy(run), durationMs: now().getTime() - began })
    try {
      if (from) await services.git.adopt({ project, headSha: from.sha, bundle: () => blobs.bytes(from.bundle) })
      await using worktree = await services.git.worktree({ project, sha: from?.sha ?? attempt.baseSha, key: `code-${event.id}` })
      const run = await services.agents.run({
        agent: attempt.implementer,
        role: 'implement',
        project,
        prompt,
        cwd: worktree.path,
        key: event.id,
        signal,
        timeoutMs: milliseconds(services.config.timeouts.execute),
        onLine: (line) => live('agent', line),
      })
      const log = await blobs.put(run.log, 'text/plain')
      if (!run.ok) return [failed(withDenials(run, attempt.implementer), run, log)]
      const change = await collect(services.git, { task, project, event, worktree })
      if (!change) return [failed(idle(attempt.implementer, run.denials), run, log)]
      // Before anything of it is stored: nobody takes it out of a store again.
      const secrets = await services.secrets.inChange(change.everything)
      if (secrets.length > 0) return [failed({ class: 'secret', ...secretFindings(secrets) }, run, log)]
      return [
        say('code.written', {
          attempt,
          headSha: change.headSha,
          files: shortList(change.files),
          drift: driftOf(files, change.files),
          yardstick: (await services.yardstick.changes({ project, baseSha: attempt.baseSha, headSha: change.headSha })).slice(
            0,
            MAX_TOUCHED,
          ),
          bundle: await blobs.put(change.bundle, 'application/x-git-bundle'),
          diff: await blobs.put(change.diff, 'text/x-diff'),
          log,
          ...toldBy(run),
          durationMs: now().getTime() - began,
        }),
      ]
    } catch (error) {
      if (isGitProblem(error)) return [failed({ class: isByContent(error) ? 'bad_output' : 'infrastructure', reason: error.message })]
      throw error
    }
  },
})

const MAX_REPORT = 4000

/** What a run says of itself: the numbers, what it was not allowed, and its last words. Pure. */
const toldBy = (run: AgentResult | undefined) => ({
  exitCode: run?.exitCode ?? null,
  usage: run?.usage ?? noUsage,
  agentVersion: run?.version ?? 'unknown',
  denials: (run?.denials ?? []).slice(0, 20).map((denial) => denial.slice(0, 500)),
  ...(run?.text.trim() ? { report: run.text.trim().slice(0, MAX_REPORT) } : {}),
})

/** As many as a message takes beside all else. */
const MAX_TOUCHED = 50

/** One commit on the task's base with everything so far; null when this round changed nothing. */
const collect = async (git: Git, work: { task: Task; project: string; event: Started; worktree: Worktree }) => {
  const { project, event, worktree } = work
  const { baseSha, n, handoff, implementer } = event.data.attempt
  const message = `${work.task.created?.title}\n\nTask: ${work.task.id}\nAttempt: ${n}.${handoff} by ${implementer}\n`
  const headSha = await git.commit({ worktree, baseSha, message, at: event.time })
  if (!headSha) return null
  const since = event.data.from?.sha ?? baseSha
  if ((await git.diff({ project, baseSha: since, headSha })).files.length === 0) return null
  const { text, files } = await git.diff({ project, baseSha, headSha })
  const { text: everything } = await git.diff({ project, baseSha, headSha, everything: true })
  return { headSha, diff: text, everything, files, bundle: await git.bundle({ project, baseSha, headSha, includeBase: false }) }
}
