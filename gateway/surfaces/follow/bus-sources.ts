import { decode } from '../../../bus/envelope.ts'
import { followLive } from '../../../bus/jetstream/ask.ts'
import type { Connection } from '../../../bus/jetstream/connect.ts'
import { readAll, readStoryMessages } from '../../../bus/jetstream/read.ts'
import { liveSubject, Streams } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import type { Fact } from '../../../domain/fact.ts'
import { type TaskFolds, taskStory } from '../../../domain/task-story.ts'
import type { FollowSources } from './follow-tasks.ts'

/** Facts of this process's folds, their past from the stream, and live output from the bus. */
export const busSources = (connection: Connection, folds: Pick<TaskFolds, 'onFact'>): FollowSources => ({
  // The catalogue is the product's own, so its facts are `Fact`s: the union spelled out.
  onFact: (listener) => folds.onFact((fact) => listener(fact as Fact)),
  facts: async (id) => {
    const messages = await readStoryMessages(connection, taskStory, id)
    return messages.flatMap((message) => {
      const decoded = decode(catalogue, message, connection.seal)
      return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
    })
  },
  lines: async (id) => {
    const messages = await readAll(connection, Streams.live, [liveSubject(id, '*', '*')])
    return messages.map((message) => {
      const [, , fn = '', stream = ''] = message.subject.split('.')
      return { fn, stream, line: message.body() }
    })
  },
  listen: (id, onLine) => followLive(connection, id, (fn, line, stream) => onLine({ fn, stream, line })),
})
