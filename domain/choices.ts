import type { Priority } from './catalogue/shared.ts'

/** What somebody who wants a task may choose from. It imports types alone, so that the command line's help loads no schema. */

export const Categories = ['development', 'security', 'infrastructure', 'inventory', 'cicd', 'general'] as const
export type Category = (typeof Categories)[number]

/** How urgent a task is, by its name. */
export const priorities = { critical: 1, high: 3, medium: 5, low: 7 } as const satisfies Record<string, Priority>
/** What it is called, in a text such as a help's. */
export const prioritiesInWords = Object.entries(priorities)
  .map(([name, value]) => `${value} ${name}`)
  .join(', ')
/** All that `priorityOf` knows, in small letters. */
export const priorityNames = Object.entries(priorities).flat().map(String)
export const priorityName = (priority: number): string | undefined =>
  Object.entries(priorities).find(([, value]) => value === priority)?.[0]
/** The priority of this name or number, however it is written; undefined where there is none. */
export const priorityOf = (text: string): Priority | undefined =>
  Object.entries(priorities).find((names) => names.map(String).includes(text.trim().toLowerCase()))?.[1]

/** Formats in which a chat backend takes the definitions of tools. */
export const DefinitionFormats = ['anthropic', 'openai', 'openai-responses'] as const
export type DefinitionFormat = (typeof DefinitionFormats)[number]

/** Where our own programs may say that a request comes from; anybody else's comes over `service`. */
export const CallerChannels = ['cli', 'demo', 'gateway', 'chat', 'webhook', 'mcp'] as const
/** Nobody has proved who asks over these: the micro services, HTTP on loopback without a token, the open bus. */
export const UnprovenChannels = ['service', 'local', 'nats'] as const
export type CallerChannel = (typeof CallerChannels)[number] | 'service' | 'local'

/** A change of a project's code, or an answer. */
export const Workflows = ['change', 'answer'] as const
export type Workflow = (typeof Workflows)[number]

/** Fields of a task that a sender may fill with words of its own, to be translated: its "warning" is our "high". */
export const TranslatedFields = ['category', 'priority', 'project', 'workflow', 'type'] as const
export type TranslatedField = (typeof TranslatedFields)[number]

/** Names under which lanes review by themselves: those of their sections in the configuration, which no agent can have. */
export const laneReviewers: ReadonlyMap<string, 'browser' | 'api'> = new Map([
  ['lanes.browser', 'browser'],
  ['lanes.api', 'api'],
])
