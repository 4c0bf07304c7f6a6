import { z } from 'zod'
import type { DiscordApi } from './api.ts'

/** Milliseconds since 1970 at which Discord begins to count. */
const EPOCH = 1_420_070_400_000n

const fields = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

/** When a command was given, and what it says; without a text where it has no subcommand. Pure. */
export const readDiscordCommand = (raw: unknown): { sentAt?: Date | undefined; text?: string | undefined } => {
  const { id, data } = fields(raw)
  const isTold = typeof id === 'string' && /^\d{15,20}$/.test(id)
  return { sentAt: isTold ? new Date(Number((BigInt(id) >> 22n) + EPOCH)) : undefined, text: wordsOf(fields(data)['options']) }
}

/** What `/cortex <subcommand> <options>` says, in the words of a message. */
const wordsOf = (options: unknown): string | undefined => {
  const { type, name, options: inner } = fields(Array.isArray(options) ? options[0] : undefined)
  if (type !== 1) return undefined
  const given: Record<string, unknown>[] = Array.isArray(inner) ? inner.map(fields) : []
  const value = (wanted: string): string => String(given.find((one) => one['name'] === wanted)?.['value'] ?? '').trim()
  if (name === 'ask') return value('wish')
  if (name === 'create') return `create task ${['title', 'description'].map((one) => `"${value(one).replace(/["“”]/g, "'")}"`).join(' ')}`
  return [String(name), ...given.map((one) => String(one['value']))].join(' ').trim()
}

const Interaction = z.looseObject({ application_id: z.string(), token: z.string() })

/**
 * Answers a slash command of Discord, for the person who gave it. The adapter does that too, but only at Discord's own address.
 * Throws when Discord does not take it.
 */
export const answerDiscordCommand = async (api: DiscordApi, raw: unknown, text: string): Promise<void> => {
  const { application_id: application, token } = Interaction.parse(raw)
  const path = `/webhooks/${encodeURIComponent(application)}/${encodeURIComponent(token)}/messages/@original`
  await api.call('PATCH', path, { content: text.slice(0, LENGTH), allowed_mentions: { parse: [] } })
}

/** Characters of one message. */
const LENGTH = 2000

/** A word that a person fills in. */
const word = (name: string, description: string, required = true) => ({ type: 3, name, description, required })
const task = word('task', 'its number in the thread, or its id')
const sub = (name: string, description: string, options: readonly object[] = []) => ({ type: 1, name, description, options })
const levels = [
  ['p0 – critical', 'p0'],
  ['p1 – high', 'p1'],
  ['p2 – medium', 'p2'],
  ['p3 – low', 'p3'],
].map(([name, value]) => ({ name, value }))

/** What `/cortex` offers, in the words that messages have: the text of a command is its words in this order. Pure. */
export const discordCommands = (name: string): readonly object[] => [
  {
    type: 1,
    name: commandName(name),
    description: 'Ask for tasks, and follow and steer them',
    options: [
      sub('ask', 'Ask for one task, or a list of several', [word('wish', 'what you want done')]),
      sub('create', 'Ask for a task with a title', [word('title', 'the title'), word('description', 'what is to be done', false)]),
      sub('status', 'Where the tasks of this thread, or one task, stand and why', [{ ...task, required: false }]),
      sub('priority', 'Change how urgent a task is', [task, { ...word('level', 'how urgent'), choices: levels }]),
      sub('cancel', 'Stop a task', [task, word('reason', 'why', false)]),
      sub('retry', 'Open a task again', [task, word('guidance', 'what to do otherwise', false)]),
      sub('help', 'What can be said here'),
    ],
  },
]

/** Discord allows 32 small letters, digits, "-" and "_". */
const commandName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32) || 'cortex'

/** Tells Discord what commands there are; the same again changes nothing. Replaces all commands of the application. Throws in words. */
export const registerDiscordCommands = async (api: DiscordApi, application: string, name: string): Promise<void> => {
  await api.call('PUT', `/applications/${encodeURIComponent(application)}/commands`, discordCommands(name))
}
