import { DeliverPolicy } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import { pino } from 'pino'
import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'
import { encode } from '../../bus/envelope.ts'
import { startFolds } from '../../bus/folds.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { provisionStreams } from '../../bus/jetstream/provision-streams.ts'
import { lastSequence } from '../../bus/jetstream/read.ts'
import { taskStory } from '../../domain/task-story.ts'
import { startNats } from '../support/nats.ts'
import { type BenchOptions, median, type Result, result, takeTurns, timed } from './measure.ts'

const step = z.object({ n: z.int(), text: z.string() })
const between = [...Array(11).keys()].map((n) => `step.number${n}`)
const storyCatalogue = Object.fromEntries(
  ['task.created', ...between, 'task.completed'].map((type) => [type, defineEvent({ summary: 'A step.', data: step })]),
)
const types = Object.keys(storyCatalogue)
const FLUSH_EVERY = 2000

/** Stories that have ended, 13 events each under subjects of their own, as a month of work leaves them. */
const fill = async ({ nc }: Connection, events: number): Promise<number> => {
  const stories = Math.ceil(events / types.length)
  const data = { n: 1, text: 'a sentence of the length that a summary has, more or less' }
  for (let n = 0, sent = 0; n < stories; n++) {
    for (const type of types) {
      const wire = encode(storyCatalogue, {
        id: `s${n}-${type.replace('.', '-')}`,
        type,
        subject: `s${n}`,
        source: 'bench',
        time: new Date().toISOString(),
        causedBy: 'bench',
        hops: 1,
        data,
      })
      const hdrs = headers()
      for (const [name, value] of Object.entries(wire.headers)) hdrs.set(name, value)
      nc.publish(wire.subject, wire.body, { headers: hdrs })
      if (++sent % FLUSH_EVERY === 0) await nc.flush()
    }
  }
  return stories
}

const untilStored = async (connection: Connection, sequence: number): Promise<void> => {
  for (let before = -1; ; ) {
    const now = await lastSequence(connection, '>')
    if (now >= sequence) return
    if (now === before) throw new Error(`the stream has ${now} of ${sequence} events and takes no more`)
    before = now
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** What one would write by hand: an ordered consumer over the story's filter, read to the end and deleted. */
const readRaw = async ({ js }: Connection, id: string): Promise<void> => {
  const consumer = await js.consumers.get('EVENTS', { filter_subjects: [`*.*.${id}`], deliver_policy: DeliverPolicy.All })
  const { num_pending } = await consumer.info(true)
  let read = 0
  for await (const m of await consumer.fetch({ max_messages: num_pending })) {
    m.json()
    read++
  }
  if (read !== types.length) throw new Error(`a story has ${read} events instead of ${types.length}`)
  await consumer.delete()
}

/** A story that is in no memory. Reading syncs nothing, so the stream is filled without fsync whatever the mode. */
export const story = async ({ binary, quick, events }: BenchOptions): Promise<Result> => {
  await using nats = await startNats(binary, { sync: 'fast' })
  const log = pino({ level: 'error' })
  const connection = await connectBus({ url: nats.url, name: 'bench-story', log })
  await provisionStreams(connection.jsm, storyCatalogue)
  const stories = await fill(connection, events)
  await untilStored(connection, stories * types.length)
  const begun = performance.now()
  const folds = await startFolds({ catalogue: storyCatalogue, model: taskStory }, connection, log)
  const ready = performance.now() - begun
  const rounds = quick ? 50 : 400
  const some = (round: number): string => `s${(round * 7919) % stories}`
  const { ours, raw } = await takeTurns(
    rounds,
    rounds / 5,
    (round) =>
      timed(async () => {
        const { ids } = await folds.coldStory(some(round))
        if (ids.size !== types.length) throw new Error(`a story has ${ids.size} events instead of ${types.length}`)
      }),
    (round) => timed(() => readRaw(connection, some(round))),
  )
  await folds.stop()
  await connection.nc.close()
  const note = `${(stories * types.length).toLocaleString('en')} events; the folds were ready in ${(ready / 1000).toFixed(1)} s`
  return result('story', 'ms', median(ours), median(raw), note)
}
