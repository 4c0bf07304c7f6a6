import { createHash } from 'node:crypto'
import { Categories, priorities, priorityOf, type TranslatedField, Workflows } from '../../../domain/choices.ts'
import type { TaskWish } from '../../services/task-wish.ts'
import type { Item } from './event.ts'
import type { Mapping, Source } from './source.ts'
import { fill, textOf } from './template.ts'

/** From an event to the task that the configuration wants of it. Pure. */

/** The first mapping whose conditions the event meets; undefined when it is to make no task. */
export const mappingFor = ({ tasks }: Source, { look }: Item): Mapping | undefined =>
  tasks.find(({ when }) => Object.entries(when).every(([path, values]) => values.includes(textOf(look(path)))))

/** Why no mapping fits, for whoever set it up. */
export const whyIgnored = ({ tasks }: Source, { look }: Item): string => {
  const seen = [...new Set(tasks.flatMap(({ when }) => Object.keys(when)))].map((path) => `${path} is "${cut(textOf(look(path)), 100)}"`)
  return seen.length === 0 ? 'this source makes no tasks' : `no mapping is for it: ${seen.join(', ')}`
}

/** The same delivery of the same source is the same task, whenever it comes again. */
export const taskIdOf = (source: Source, delivery: string): string => {
  const hash = createHash('sha256').update(`${source.name}\n${delivery}`).digest('base64url')
  return `task-hook-${source.name}-${hash.slice(0, 22)}`
}

/** The task that a mapping makes of an event, each value cut to what the door takes. */
export const wishOf = (source: Source, mapping: Mapping, item: Item): TaskWish => {
  const text = (template: string): string => fill(template, item.look).trim()
  const translated = (field: TranslatedField): string => translate(mapping.words[field], text(mapping[field]))
  const event = textOf(item.look('$event'))
  return {
    id: taskIdOf(source, item.delivery),
    title: cut(text(mapping.title).replace(/\s+/g, ' '), TITLE),
    description: cut(text(mapping.description), DESCRIPTION),
    category: oneOf(Categories, translated('category')) ?? 'general',
    priority: priorityOf(translated('priority')) ?? priorities.medium,
    workflow: oneOf(Workflows, translated('workflow')),
    project: translated('project') || undefined,
    dependsOn: mapping.depends_on.map(text).filter((id) => id !== ''),
    callbackUrl: text(mapping.callback_url) || undefined,
    metadata: {
      ...Object.fromEntries(Object.entries(mapping.metadata).map(([name, template]) => [name, cut(text(template), VALUE)])),
      webhook: { source: source.name, delivery: cut(item.delivery, VALUE), ...(event && { event: cut(event, VALUE) }) },
    },
    source: `webhook:${source.name}`,
    ...(mapping.type && { type: cut(translated('type'), 100) }),
  }
}

const translate = (words: Readonly<Record<string, string>> | undefined, word: string): string =>
  words && Object.hasOwn(words, word) ? (words[word] ?? word) : word

const oneOf = <const T extends string>(words: readonly T[], word: string): T | undefined => words.find((one) => one === word.toLowerCase())

/** Longest texts, in bytes of UTF-8: a whole task stays under what the door takes. */
const TITLE = 500
const DESCRIPTION = 40_000
const VALUE = 500

/** The beginning of a text, in whole characters, without what no text should have. */
const cut = (text: string, maxBytes: number): string => {
  const bytes = Buffer.from(text.toWellFormed().replaceAll('\0', ''))
  if (bytes.length <= maxBytes) return bytes.toString()
  const mark = '…'
  return `${new TextDecoder().decode(bytes.subarray(0, maxBytes - Buffer.byteLength(mark)), { stream: true })}${mark}`
}
