import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, GatewayContext, SurfaceNeeds } from '../../http/gateway-app.ts'
import { type Tried, textsOf } from './form.ts'
import { lessonView } from './lesson-view.ts'
import { lessonsView } from './lessons-view.ts'
import { may } from './may.ts'
import { offsetOf } from './pieces.ts'
import { faultOf, respond, seeOther } from './respond.ts'

/** Lessons on one page. */
const PAGE = 50
const live = { url: '/changes', events: ['changed'] } as const

/** `/learned`: what tasks taught, the newest or what words are found in. `/lesson/:id`: one of them, which an operator pins or forgets. */
export const lessonRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/learned', async (context) => {
    const filter = {
      search: (context.req.query('search') ?? '').trim(),
      project: context.req.query('project') ?? '',
      offset: offsetOf(context),
    }
    const wish = { text: filter.search, ...(filter.project ? { project: filter.project } : {}), limit: PAGE + 1, offset: filter.offset }
    const frame = { title: 'Lessons', section: 'lessons', live } as const
    const view = { filter, page: PAGE, projects: Object.keys(around.config.projects), now: around.now() }
    try {
      // One more than is shown tells whether there is a next page.
      const { lessons } = await operationsFor(context, around).lessons(wish)
      return respond(context, { ...frame, body: lessonsView({ ...view, rows: lessons.slice(0, PAGE), hasMore: lessons.length > PAGE }) })
    } catch (error) {
      const { faults, code } = faultOf(error)
      return respond(context, { ...frame, body: lessonsView({ ...view, rows: [], hasMore: false }), faults }, code)
    }
  })
  app.get('/lesson/:id', (context) => showLesson(context, around, context.req.param('id')))
  for (const [action, act] of [
    ['pin', 'pinLesson'],
    ['forget', 'forgetLesson'],
  ] as const)
    app.post(`/lesson/:id/${action}`, async (context) => {
      const id = context.req.param('id')
      const values = await textsOf(context)
      try {
        const answer = await operationsFor(context, around)[act]({ lesson: id, reason: values['reason'] ?? '' })
        return seeOther(context, `/lesson/${answer.id}`, answer.outcome === 'pending' ? 'pending' : action)
      } catch (error) {
        const { faults, code } = faultOf(error)
        if (code === 404) throw error
        return showLesson(context, around, id, { faults, code, tried: { action, values } })
      }
    })
}

const showLesson = async (
  context: GatewayContext,
  around: SurfaceNeeds,
  id: string,
  fault?: { faults: readonly string[]; code: number; tried: Tried },
): Promise<Response> => {
  const lesson = await operationsFor(context, around).lesson({ lesson: id })
  const body = lessonView({ lesson, maySteer: may(context, 'operate'), tried: fault?.tried, now: around.now() })
  const page = { title: lesson.summary, section: 'lessons', body, live: { ...live, page: `/lesson/${lesson.lesson}` } } as const
  return respond(context, { ...page, faults: fault?.faults }, fault?.code)
}
