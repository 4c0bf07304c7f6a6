import type { ProjectConfig } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'

export interface ChecksOptions {
  projects: Record<string, ProjectConfig>
  /** Relative project paths start here. */
  configDir: string
  dataDir: string
  env: Environment
  sandbox: Sandbox
  /** What commands print goes through it. */
  secrets: OwnSecrets
  log: { warn(details: object, message: string): void }
}
