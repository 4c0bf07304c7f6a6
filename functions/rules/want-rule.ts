import { storyFilter } from '../../bus/subjects.ts'
import { forgeIdFor } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { taughtBy } from './taught-by.ts'

/** Wants a rule of a lesson that shows in code which was refused and mended: in a story of its own, once for each lesson. */
export default defineFunction({
  on: ['lesson.learned'],
  emits: ['rule.wanted'],
  timeout: '2m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, history, latest, say, blobs, services }) => {
    const { chum, projects } = services.config
    const { lesson, project, summary, detail } = event.data
    if (!chum.enabled || !projects[project]) return []
    const facts = await history()
    const found = taughtBy(event.data, facts)
    const id = forgeIdFor(lesson)
    if (!found || (await latest('rule.wanted', id))) return []
    const heads = [found.taught, found.mended].map(({ data }) => ({ sha: data.headSha, bundle: data.bundle }))
    for (const { sha, bundle } of heads) await services.git.adopt({ project, headSha: sha, bundle: () => blobs.bytes(bundle) })
    const [taught, mended] = heads as [(typeof heads)[number], (typeof heads)[number]]
    const { text } = await services.git.diff({ project, baseSha: taught.sha, headSha: mended.sha })
    const masked = await services.secrets.mask(text)
    const data = {
      ...{ lesson, project, summary, detail, taught, mended, task: event.subject, refusedBy: found.refusedBy },
      agent: chum.agent ?? (facts.find((fact) => fact.type === 'task.routed')?.data.planner as string),
      changed: [...new Set([...found.taught.data.files, ...found.mended.data.files])],
      diff: await blobs.put(masked.text, 'text/x-diff'),
    }
    return [say('rule.wanted', data, { id, guard: { filter: storyFilter(id), sequence: 0 } })]
  },
})
