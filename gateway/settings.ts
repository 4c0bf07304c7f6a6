import type { ProjectSettings, Settings } from '../functions/settings.ts'

/** What the gateway reads of the operator's configuration, beside what the stages do. */
export interface GatewaySettings extends Pick<Settings, 'limits'> {
  readonly projects: Readonly<Record<string, ServedProject>>
  readonly lanes: Settings['lanes'] & { readonly api?: object | undefined }
  readonly gateway: { readonly rate_per_minute: number; readonly deciding_tools: boolean }
}

export interface ServedProject extends ProjectSettings {
  /** Its folder, or the address to clone it from. */
  readonly path?: string | undefined
  readonly url?: string | undefined
  readonly base?: string | undefined
  /** Commands: an argv, or a line for the operator's own shell. */
  readonly dod?: readonly (string | readonly string[])[] | undefined
}

/** What the model proxy reads of the browser lane: how many jobs may wait, and further names of models. */
export interface ProxiedLane {
  readonly depth: number
  readonly models: readonly string[]
}
