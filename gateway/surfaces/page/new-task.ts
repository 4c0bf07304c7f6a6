import { createHash, randomBytes } from 'node:crypto'
import type { Category, Workflow } from '../../../domain/choices.ts'
import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import type { TaskWish } from '../../services/task-wish.ts'
import { type FormValues, textsOf } from './form.ts'
import type { PageNeeds } from './needs.ts'
import { newTaskView } from './new-task-view.ts'
import { faultOf, respond, seeOther } from './respond.ts'

/** `/new`: a form for a task. What was typed stays when the task is refused. */
export const newTaskRoutes = (app: GatewayApp, around: SurfaceNeeds, { newProjects }: PageNeeds): void => {
  const projects = Object.keys(around.config.projects)
  const frame = { title: 'New task', section: 'new' } as const
  app.get('/new', (context) => {
    const body = newTaskView({ values: context.req.query(), nonce: randomBytes(9).toString('base64url'), projects, unread: newProjects() })
    return respond(context, { ...frame, body })
  })
  app.post('/new', async (context) => {
    const values = await textsOf(context)
    try {
      const { id, repeated } = await operationsFor(context, around).submit(wishOf(values))
      return seeOther(context, `/task/${id}`, repeated ? 'repeated' : 'created')
    } catch (error) {
      const { faults, code } = faultOf(error)
      const body = newTaskView({ values, nonce: values['nonce'] || randomBytes(9).toString('base64url'), projects, unread: newProjects() })
      return respond(context, { ...frame, body, faults }, code)
    }
  })
}

/** The form in the door's words. Sent twice it is one task: the key is the form's own number and what it says. */
const wishOf = ({ nonce = '', ...values }: FormValues): TaskWish => {
  const { title = '', description = '', project, category, priority, workflow, mendBase, dependsOn = '' } = values
  const content = createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22)
  return {
    title,
    description,
    ...(project ? { project } : {}),
    // The operations hold every value against the door's schema, and say what is wrong in words.
    ...(category ? { category: category as Category } : {}),
    ...(priority ? { priority: Number(priority) as 1 | 3 | 5 | 7 } : {}),
    ...(workflow ? { workflow: workflow as Workflow } : {}),
    ...(mendBase ? { mendBase: true } : {}),
    dependsOn: dependsOn.split(/[\s,]+/).filter((id) => id !== ''),
    source: 'page',
    ...(nonce ? { key: `page-${nonce.slice(0, 64)}-${content}` } : {}),
  }
}
