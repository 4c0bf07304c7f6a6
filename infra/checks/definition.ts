import { parse } from 'smol-toml'
import { z } from 'zod'
import type { Failure } from '../../functions/failure.ts'
import { Command, type ProjectConfig } from '../config/config-schema.ts'

/** What of a repository's own cortex.toml counts: these three keys at its top. Everything else in it is for an operator's file alone. */
const RepositorySchema = z.object({
  setup: z.array(Command).default([]),
  copy: z.array(z.string()).default([]),
  dod: z.array(Command).optional(),
})

export interface Definition {
  setup: Command[]
  copy: string[]
  dod: Command[]
}

function permanent(reason: string): Failure {
  return { class: 'permanent', reason }
}

function readRepository(project: string, text: string): z.infer<typeof RepositorySchema> | Failure {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return permanent(`The cortex.toml in the repository of project "${project}" is no valid TOML: ${said}`)
  }
  const checked = RepositorySchema.safeParse(value)
  if (checked.success) return checked.data
  const faults = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  return permanent(`The cortex.toml in the repository of project "${project}" is wrong: ${faults}`)
}

/**
 * The commands that decide whether work is done: key by key the operator's, else the repository's own. A `Failure` of class
 * `permanent` when there are none: work that nothing checks is never called done.
 */
export function findDefinition(project: string, config: ProjectConfig | undefined, repositoryToml: string | null): Definition | Failure {
  if (!config) return permanent(`There is no project "${project}". Add [projects.${project}] to cortex.toml.`)
  const own = repositoryToml === null ? RepositorySchema.parse({}) : readRepository(project, repositoryToml)
  if ('reason' in own) return own
  const dod = config.dod ?? own.dod ?? []
  if (dod.length === 0) {
    return permanent(
      `Project "${project}" has no definition of done. Set dod = ["npm test"] (your own commands) in [projects.${project}] of cortex.toml, or at the top of a cortex.toml in the repository.`,
    )
  }
  return { setup: config.setup.length > 0 ? config.setup : own.setup, copy: config.copy.length > 0 ? config.copy : own.copy, dod }
}

/** The command as argv: a list runs as it is, a text is a line for the shell. */
export function commandArgv(command: Command): string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : [...command]
}

/** The command as people write it. */
export function commandText(command: Command): string {
  return typeof command === 'string'
    ? command
    : command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part))).join(' ')
}
