import { messageOf } from '../../bus/errors.ts'
import { withoutLogins } from '../../bus/jetstream/connect.ts'
import { count } from '../../domain/words/pieces.ts'
import { findSystem, isOlderThan, lastConfiguration } from '../../infra/app/system-file.ts'
import { whyOpen, whySomebodyElses } from '../../infra/app/whose-data.ts'
import type { ProjectConfig } from '../../infra/config/config-schema.ts'
import type { Environment } from '../../infra/config/environment.ts'
import { examineProject } from '../../infra/git/examine.ts'
import { GitProblem } from '../../infra/git/git-problem.ts'
import { type DoctorFinding, type DoctorInput, missing, optional, well } from './finding.ts'

export function configurationFinding({ loaded, faults = [] }: DoctorInput): DoctorFinding {
  if (faults.length > 0)
    return missing('configuration', faults.join('; '), `correct ${loaded.file}; agents and projects are looked at then`)
  if (loaded.file === null)
    return optional(
      'configuration',
      'no cortex.toml of yours here or in a folder above: every setting is its default',
      'run "cortex init" in your repository to write one',
    )
  return well('configuration', loaded.file)
}

export function systemFinding({ loaded }: DoctorInput): DoctorFinding {
  const foreign = whySomebodyElses(loaded.dataDir, { isThorough: true })
  if (foreign !== null) return missing('system', `another user's`, foreign)
  const open = whyOpen(loaded.dataDir)
  if (open !== null) return missing('system', 'others may write its data folder', open)
  const found = findSystem(loaded.dataDir)
  const isItsOwn = loaded.file !== null && lastConfiguration(loaded.dataDir) === loaded.file
  if (found.kind === 'running' && isItsOwn && isOlderThan(loaded.file, loaded.dataDir))
    return optional(
      'system',
      `running (process ${found.record.pid}, data ${loaded.dataDir}) with ${loaded.file} as it was when it started; it was changed since`,
      'stop it and start it again with "cortex up"; open tasks go on',
    )
  if (found.kind === 'running')
    return well('system', `running at ${withoutLogins(found.record.url)} (process ${found.record.pid}, data ${loaded.dataDir})`)
  if (found.kind === 'gone')
    return optional(
      'system',
      `the one on ${loaded.dataDir} (process ${found.pid}) is gone`,
      'start it again with "cortex up"; nothing is lost',
    )
  return optional('system', `not running on ${loaded.dataDir}`, 'start it with "cortex up"')
}

/** Each project: is there a repository with commits to start from, and a definition of done. */
export async function projectFindings({ loaded, env }: DoctorInput): Promise<DoctorFinding[]> {
  const projects = Object.entries(loaded.config.projects)
  if (projects.length === 0) return [optional('projects', 'none configured', 'add a section [projects.<name>] with a path to cortex.toml')]
  return Promise.all(projects.map(([name, project]) => projectFinding(name, project, env)))
}

async function projectFinding(name: string, project: ProjectConfig, env: Environment): Promise<DoctorFinding> {
  const label = `project ${name}`
  try {
    const { shown, ownConfiguration, filtered } = await examineProject(name, project, env)
    if (project.dod === undefined && !ownConfiguration)
      return optional(label, `${shown}; no definition of done`, `set dod in cortex.toml: without one nothing tells that a change works`)
    if (filtered.files > 0)
      return optional(
        label,
        `${shown}; git passes ${count(filtered.files, 'file')} through ${filtered.filters.join(', ')}`,
        'no filter is run: agents and checks see these files as git stores them, and a task that writes one has to do without',
      )
    return well(label, `${shown}${project.dod === undefined ? '; its own cortex.toml may say when it is done' : ''}`)
  } catch (error) {
    // The other projects are looked at all the same.
    if (!(error instanceof GitProblem))
      return missing(label, `could not be looked at: ${messageOf(error)}`, 'look at the reason and run cortex doctor again')
    return missing(label, error.wrong.replace(/\.$/, ''), error.advice)
  }
}
