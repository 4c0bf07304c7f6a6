import { z } from 'zod'
import type { DiscordApi } from './api.ts'

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
