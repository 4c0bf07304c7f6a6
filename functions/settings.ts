import type { Lane, Purpose } from '../domain/catalogue/shared.ts'
import type { Category } from '../domain/choices.ts'
import type { TimedCheck } from '../domain/phases.ts'

/** What the stages read of the operator's configuration (`cortex.toml`). Durations are texts such as "90s", "5m", "24h". */
export interface Settings {
  readonly projects: Readonly<Record<string, ProjectSettings>>
  readonly agents: Readonly<Record<string, AgentSettings>>
  readonly masters: Readonly<Partial<Record<Category | 'default', Master>>>
  readonly dod: YardstickSettings
  readonly gate: { readonly expiry: string; readonly channels?: readonly string[] | undefined; readonly automatic: boolean }
  readonly review: { readonly unseen: 'block' | 'name' }
  readonly limits: Limits
  readonly budget: Budget
  readonly timeouts: Readonly<Record<'plan' | 'execute' | 'review' | 'answer' | 'learn' | TimedCheck, string>>
  readonly lanes: LaneSettings
  readonly chum: ChumSettings
  readonly gateway: { readonly chat: ChatSettings; readonly webhooks: CallbackSettings }
}

export interface AgentSettings {
  readonly roles?: readonly Role[] | undefined
  readonly preset?: string | undefined
  /** Whose model it is. */
  readonly family?: string | undefined
}

export type Role = 'plan' | 'implement' | 'review' | 'answer'

/** Who plans, implements and reviews a category of tasks. */
export interface Master {
  readonly planner?: string | undefined
  readonly implementer?: string | undefined
  readonly reviewer?: string | undefined
}

/** By whose tests a change is judged, and how often. */
export interface YardstickSettings {
  readonly tests: 'base' | 'approve' | 'head'
  /** Whether the base itself is tried before anybody is asked. */
  readonly check_base: boolean
  /** Whether a check that passed is shown to be able to fail. */
  readonly canary: boolean
  /** How often a passing run is repeated; absent: as the change demands. */
  readonly repeat?: number | undefined
  /** Percent. */
  readonly coverage_min?: number | undefined
}

export interface ProjectSettings {
  /** What is otherwise than for all projects. */
  readonly yardstick?: { readonly [K in keyof YardstickSettings]?: YardstickSettings[K] | undefined } | undefined
  readonly merge: 'branch' | 'ff'
  /** Tasks at once. */
  readonly tasks?: number | undefined
}

export interface Limits {
  readonly tasks: number
  readonly tasks_per_project: number
  readonly handoffs: number
  readonly attempts: number
  readonly same_finding: number
  readonly task_age: string
  /** How long a task waits for models that refuse. */
  readonly model_wait: string
}

/** What one run of a task may cost. */
export interface Budget {
  readonly rounds: number
  readonly time: string
  readonly tokens?: number | undefined
  readonly usd?: number | undefined
}

export interface LaneSettings {
  readonly order: readonly Lane[]
  readonly purpose: Readonly<Partial<Record<Purpose, Lane>>>
  /** Present where there is a browser lane; `family` says whose model answers there, `message` how many characters its page takes as one. */
  readonly browser?: { readonly family?: string | undefined; readonly message?: number | undefined } | undefined
  readonly api?: { readonly family?: string | undefined } | undefined
}

/** What is learned from tasks, and what that may cost a project on a day. */
export interface ChumSettings {
  readonly enabled: boolean
  /** Who is asked; absent: the task's planner. */
  readonly agent?: string | undefined
  readonly tokens_per_day?: number | undefined
  readonly usd_per_day?: number | undefined
  /** Whether what one project taught may stand in the prompts of the others. */
  readonly share: boolean
  /** After how many findings that were mended, or how many tasks without a false alarm, a rule blocks. */
  readonly hits_to_enforce: number
  readonly runs_to_enforce: number
}

/** The chat platforms that are switched on, by name. */
export type ChatSettings = Readonly<
  Record<string, { readonly people: readonly string[]; readonly call: readonly string[]; readonly notify?: string | undefined } | undefined>
>

/** Who is told of which events over webhooks. */
export interface CallbackSettings {
  readonly out: Readonly<Record<string, { readonly events: readonly string[] }>>
  readonly callback_events: readonly string[]
}
