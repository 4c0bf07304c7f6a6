import { createRoute, z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { unknownProject } from '../../../domain/words/unknown-project.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers } from '../../http/route-parts.ts'
import type { GatewaySettings, ServedProject } from '../../settings.ts'
import { mayRead } from './route-parts.ts'

const tags = ['projects']
const Project = z
  .object({
    name: z.string(),
    enabled: z.boolean().describe('always true: a project that is not in cortex.toml is not here either'),
    workspace: z.string().describe('its folder or address, as cortex.toml names it'),
    base: z.string().describe('the branch that work starts from; empty: what HEAD names'),
    merge: z.enum(['branch', 'ff']),
    tasks: z.int().describe('tasks at once'),
    dod: z.array(z.string()).describe("the definition of done; empty: the repository's own cortex.toml says it"),
  })
  .openapi('Project')
const Params = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: 'id', in: 'path' }, description: 'its name in cortex.toml' }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/projects',
  operationId: 'listProjects',
  tags,
  summary: 'The projects of cortex.toml',
  responses: answers(z.array(Project), 'All of them'),
})
const getRoute = createRoute({
  method: 'get',
  path: '/projects/{id}',
  operationId: 'getProject',
  tags,
  summary: 'One project',
  request: { params: Params },
  responses: answers(Project, 'The project', 400, 404),
})

export const projectRoutes: Surface = (app, { config }) => {
  app.openapi(listRoute, (context) => {
    mayRead(context)
    return context.json(
      Object.entries(config.projects).map(([name, project]) => projectOf(name, project, config)),
      200,
    )
  })
  app.openapi(getRoute, (context) => {
    mayRead(context)
    const { id } = context.req.valid('param')
    const project = Object.hasOwn(config.projects, id) ? config.projects[id] : undefined
    if (!project) throw new RequestFault(404, [unknownProject(id, Object.keys(config.projects))])
    return context.json(projectOf(id, project, config), 200)
  })
}

const projectOf = (
  name: string,
  { path, url, base, merge, tasks, dod }: ServedProject,
  config: GatewaySettings,
): z.output<typeof Project> => ({
  name,
  enabled: true,
  workspace: path ?? withoutLogin(url ?? ''),
  base: base ?? '',
  merge,
  tasks: tasks ?? config.limits.tasks_per_project,
  dod: (dod ?? []).map((command) => (typeof command === 'string' ? command : command.join(' '))),
})

/** An address may carry a token of its owner's. */
const withoutLogin = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
