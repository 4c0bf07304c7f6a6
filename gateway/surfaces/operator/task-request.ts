import { isDeepStrictEqual } from 'node:util'
import { z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { Id } from '../../../domain/catalogue/shared.ts'
import type { TaskWish } from '../../services/task-wish.ts'
import type { GatewaySettings } from '../../settings.ts'

/** What starts a workflow, in the words of the first system's clients. */
export const TaskRequest = z.strictObject({
  bead_id: Id.describe('the id of the workflow and of its task; the same request again is the same workflow'),
  prompt: z.string().trim().min(1, 'say what shall be done').max(50_000).describe('its first line becomes the title'),
  project: z.string().max(64).default('').describe('as in cortex.toml; without one the task is a question'),
  work_dir: z.string().max(4096).default('').describe('the folder of a project of cortex.toml; no other folder is worked in'),
  dod_checks: z.array(z.string().max(4096)).max(100).default([]).describe("commands of the project's own dod; others are refused"),
  agent: z.string().max(100).default('').describe('kept as a note: [masters] in cortex.toml says who works'),
  reviewer: z.string().max(100).default('').describe('kept as a note, too'),
  provider: z.string().max(100).default('').describe('kept as a note, too'),
})
type TaskRequest = z.output<typeof TaskRequest>

const TITLE = 200
const NOTES = ['agent', 'reviewer', 'provider'] as const

/**
 * The task that is meant, and in words what of the request does not count. Where a client would be misled is refused
 * (`RequestFault` 400): commands never come from outside, and no folder is worked in that is no project's. Pure.
 */
export const taskOf = (request: TaskRequest, projects: GatewaySettings['projects']): { wish: TaskWish; notes: string[] } => {
  const project = request.project || projectIn(request.work_dir, projects)
  const faults = [...folderFaults(request, projects), ...checkFaults(request, project ? projects[project] : undefined)]
  if (faults.length > 0) throw new RequestFault(400, faults)
  const given = NOTES.filter((name) => request[name] !== '')
  const wish: TaskWish = {
    id: request.bead_id,
    title: (request.prompt.split('\n', 1)[0] ?? '').trim().slice(0, TITLE),
    description: request.prompt,
    metadata: { bead_id: request.bead_id, ...Object.fromEntries(given.map((name) => [name, request[name]])) },
    ...(project ? { project } : {}),
  }
  return { wish, notes: given.map((name) => `${name}: "${request[name]}" is kept as a note; [masters] in cortex.toml says who works`) }
}

const projectIn = (folder: string, projects: GatewaySettings['projects']): string | undefined =>
  folder === '' ? undefined : Object.entries(projects).find(([, { path }]) => path === folder)?.[0]

const folderFaults = ({ work_dir, project }: TaskRequest, projects: GatewaySettings['projects']): string[] => {
  const meant = projectIn(work_dir, projects)
  if (work_dir === '' || (meant !== undefined && (project === '' || project === meant))) return []
  const of = project === '' ? 'any project' : `project "${project}"`
  return [
    `work_dir: "${work_dir}" is not the folder of ${of} in cortex.toml; leave it out and name the project: tasks work in copies of their own`,
  ]
}

/** A client that counts on a check must not be told of success without it. */
const checkFaults = ({ dod_checks }: TaskRequest, project: GatewaySettings['projects'][string] | undefined): string[] =>
  dod_checks
    .filter((check) => !project?.dod?.some((own) => own === check || isDeepStrictEqual(own, check.split(' '))))
    .map((check) => `dod_checks: "${check}" is no check of the project's dod in cortex.toml; commands are not taken from requests`)
