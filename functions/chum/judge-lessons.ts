import type { LessonStep } from '../../domain/catalogue/lesson.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import type { KnownLesson } from './chum-ports.ts'

/** Says of the lessons that stood in an author's prompts whether they helped, once the run is over. */
export default defineFunction({
  on: ['task.completed', 'task.escalated', 'task.failed'],
  emits: ['lesson.helped', 'lesson.ignored'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, history, say, services }) => {
    if (!services.config.chum.enabled) return []
    const task = await state()
    const facts = (await history()).filter(({ sequence }) => sequence >= task.runSince && sequence <= event.sequence)
    const written = facts.flatMap((fact) => (fact.type === 'lesson.applied' && fact.data.use === 'code' ? fact.data.lessons : []))
    const lessons = await services.lessons.these([...new Set(written)])
    return lessons.flatMap((lesson) => {
      const outcome = outcomeFor(lesson, task.rounds, task.routed?.project)
      return outcome ? [say(`lesson.${outcome}`, { lesson: lesson.lesson })] : []
    })
  },
})

/**
 * What a lesson was worth in these rounds: `ignored` when the step that it warns of failed over a file that it is about, `helped` when no
 * round failed at that step and the last one passed; nothing where that cannot be said. Paths of another project say nothing. Pure.
 */
export const outcomeFor = (
  { project: of, warnsOf, filePaths }: Pick<KnownLesson, 'project' | 'warnsOf' | 'filePaths'>,
  rounds: Task['rounds'],
  project: string | undefined,
): 'helped' | 'ignored' | undefined => {
  if (!warnsOf) return undefined
  const lost = rounds.filter(({ outcome }) => outcome === lostAt(warnsOf))
  const isAbout = ({ file }: Finding): boolean => file === undefined || (of === project && filePaths.includes(file))
  if (lost.some(({ findings }) => findings.some(isAbout))) return 'ignored'
  return lost.length === 0 && rounds.at(-1)?.outcome === 'passed' ? 'helped' : undefined
}

/** How a round is lost at a step. */
const lostAt = (step: LessonStep): Task['rounds'][number]['outcome'] => {
  if (step === 'code') return 'code.failed'
  return step === 'review' ? 'review.rejected' : `${step}.failed`
}
