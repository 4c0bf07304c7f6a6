import { readFileSync } from 'node:fs'
import { milliseconds } from '../../bus/duration.ts'
import { chooseLessons } from '../chum/choose-lessons.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { fill } from '../reasoning/fill-prompt.ts'
import { whyUnpaid } from './judge-base.ts'
import { planContext, taskText } from './plan-prompt.ts'

const template = readFileSync(new URL('./draft-plan.prompt.md', import.meta.url), 'utf8')

/** One repair round: a planner that twice answers with no plan needs a person. */
const MAX_REFUSALS = 2

/** Asks the planner for a plan: when the base was looked at, with what was wrong after a refused answer, with a person's wishes. */
export default defineFunction({
  on: ['base.checked', 'plan.refused', 'plan.questioned'],
  emits: ['reasoning.requested', 'task.escalated', 'lesson.applied'],
  timeout: '5m',
  retry: { attempts: 3, backoff: ['2s', '30s'] },
  effect: true,
  handler: async ({ event, state, say, log, blobs, services, live }) => {
    const task = await state()
    const project = task.routed?.project
    if (!project || !task.routed) return [say('task.escalated', { reason: 'a plan needs a project', class: 'permanent' })]
    const unpaid = whyUnpaid(task)
    if (unpaid) return [say('task.escalated', unpaid)]
    const faults = task.planRefusals.at(-1) ?? []
    if (task.planRefusals.length >= MAX_REFUSALS)
      return [
        say('task.escalated', {
          reason: `the planner ${task.routed.planner} gave no usable plan: ${faults.join('; ')}`,
          class: 'bad_output',
        }),
      ]
    try {
      const base = await services.git.resolve(project)
      for (const warning of base.warnings) live('warning', warning)
      const sha = task.base?.sha ?? task.workspace?.sha ?? base.baseSha
      const previousPlan = task.plan && task.wishes.length > 0 ? await blobs.text(task.plan.plan) : undefined
      const previousAnswer = event.type === 'plan.refused' ? await blobs.text(event.data.answer) : undefined
      const context = planContext(task, { files: await services.git.files({ project, sha }), previousPlan, previousAnswer })
      const lessons = await chooseLessons(services, { project, about: taskText(task), files: [], now: event.time }, log)
      const prompt = await blobs.put(fill(template, { task: taskText(task), context, lessons: lessons.text }), 'text/markdown')
      const timeoutMs = milliseconds(services.config.timeouts.plan)
      return [
        say('reasoning.requested', {
          purpose: 'plan',
          agent: task.routed.planner,
          prompt,
          workspace: { project, sha },
          schema: 'plan',
          timeoutMs,
          warnings: base.warnings,
        }),
        ...(lessons.ids.length > 0 ? [say('lesson.applied', { lessons: lessons.ids, use: 'plan' })] : []),
      ]
    } catch (error) {
      if (isGitProblem(error)) return [say('task.escalated', { reason: error.message, class: 'infrastructure' })]
      throw error
    }
  },
})
