import { type Stored, whyForeign } from './envelope.ts'
import type { Connection } from './jetstream/connect.ts'
import { originSequence } from './jetstream/read.ts'
import { scan, streamState } from './jetstream/scan.ts'
import type { StoryTypes } from './story-model.ts'
import { Streams } from './subjects.ts'

/** Ids of stories that have begun and not ended, told subject by subject in the order of the stream: what has ended takes no memory. */
export const trackOpen = ({ begins, ends, reopens }: StoryTypes): { readonly ids: ReadonlySet<string>; take(subject: string): void } => {
  const ids = new Set<string>()
  return {
    ids,
    take: (subject) => {
      const [noun = '', verb = '', id = ''] = subject.split('.')
      const type = `${noun}.${verb}`
      if (ends.includes(type)) ids.delete(id)
      else if (type === begins || reopens.includes(type)) ids.add(id)
    },
  }
}

/** Ids of the stories that are open as of now. What EVENTS has forgotten, because nobody was there for so long, MEMORY still tells. */
export const readOpenIds = async (connection: Connection, model: StoryTypes): Promise<string[]> => {
  const filters = [model.begins, ...model.reopens, ...model.ends].map((type) => `${type}.*`)
  const open = trackOpen(model)
  for (const { subject } of await forgotten(connection, filters)) open.take(subject)
  for await (const page of facts(connection, Streams.events, filters)) for (const { subject } of page) open.take(subject)
  return [...open.ids]
}

/** What MEMORY has of the time before EVENTS begins, in its order: a source that was added later brought older facts after younger ones. */
const forgotten = async (connection: Connection, filters: readonly string[]): Promise<{ subject: string; sequence: number }[]> => {
  const { firstSequence } = (await streamState(connection, Streams.events)) ?? { firstSequence: 0 }
  if (firstSequence <= 1 || !(await streamState(connection, Streams.memory))) return []
  const found: { subject: string; sequence: number }[] = []
  for await (const page of facts(connection, Streams.memory, filters))
    for (const message of page) found.push({ subject: message.subject, sequence: originSequence(message) })
  return found.filter(({ sequence }) => sequence < firstSequence).sort((one, other) => one.sequence - other.sequence)
}

/** Anybody can have an answer stored under an end; only a fact ends a story. */
async function* facts(connection: Connection, stream: string, filters: readonly string[]): AsyncGenerator<readonly Stored[]> {
  for await (const page of scan(connection, stream, filters, 1, { headersOnly: true, page: 2000 }))
    yield page.filter((message) => !whyForeign(message))
}
