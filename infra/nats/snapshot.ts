import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'

import { createInbox, type Msg, type NatsConnection, RequestError } from '@nats-io/transport-node'
import { z } from 'zod'
import { wait } from '../../bus/jetstream/patience.ts'
import { within } from '../../bus/within.ts'

/** Streams as files, by JetStream's own snapshots, which the client does not wrap: messages keep their sequences, times and headers. */

/** What it takes to make a stream again, beside its file. */
export const Snapshot = z.object({
  config: z.looseObject({ name: z.string() }),
  state: z.looseObject({ messages: z.int(), last_seq: z.int() }),
  bytes: z.int(),
  sha256: z.string(),
})
export type Snapshot = z.output<typeof Snapshot>

const Fault = z.object({ error: z.object({ description: z.string() }) })
const Begun = Snapshot.pick({ config: true, state: true })
const Ready = z.object({ deliver_subject: z.string() })

const CHUNK = 128 * 1024
/** How long the server may keep silent in between. */
const SILENCE_MS = 30_000

/** Writes the stream to a file, as it is at some moment of this call; messages go on coming in. Throws with the server's reason. */
export const takeSnapshot = async (nc: NatsConnection, stream: string, path: string, inboxPrefix?: string): Promise<Snapshot> => {
  const inbox = createInbox(inboxPrefix)
  await using file = await open(path, 'w', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  const subscription = nc.subscribe(inbox)
  const chunks = subscription[Symbol.asyncIterator]()
  try {
    const begun = await ask(nc, `SNAPSHOT.${stream}`, { deliver_subject: inbox, no_consumers: true, chunk_size: CHUNK }, Begun)
    for (;;) {
      const chunk = await nextOf(chunks, stream)
      if (chunk.headers?.hasError) throw new Error(`the snapshot of ${stream} broke off: ${chunk.headers.description}`)
      if (chunk.data.length === 0) break
      await file.write(chunk.data)
      hash.update(chunk.data)
      bytes += chunk.data.length
      chunk.respond()
    }
    await file.sync()
    return { ...begun, bytes, sha256: hash.digest('hex') }
  } finally {
    subscription.unsubscribe()
  }
}

/** Makes a stream that is not there from its file; what it sources from others is left out. Throws for a damaged file, and with the server's reason. */
export const restoreSnapshot = async (nc: NatsConnection, snapshot: Snapshot, path: string): Promise<void> => {
  const { sources: _, ...config } = snapshot.config
  const { name } = config
  const content = await readFile(path)
  if (createHash('sha256').update(content).digest('hex') !== snapshot.sha256) throw new Error(`${path} is damaged: its sha256 differs`)
  const { deliver_subject } = await ask(nc, `RESTORE.${name}`, { config, state: snapshot.state }, Ready)
  for (let at = 0; at < content.length; at += CHUNK) faultIn(await handOver(nc, deliver_subject, content.subarray(at, at + CHUNK)), name)
  faultIn(await handOver(nc, deliver_subject, new Uint8Array()), name)
}

/** In a cluster the invitation may come before our server knows that another one listens: what nobody took is handed over again. */
const handOver = async (nc: NatsConnection, subject: string, chunk: Uint8Array): Promise<Msg> => {
  const until = Date.now() + SILENCE_MS
  for (;;) {
    try {
      return await nc.request(subject, chunk, { timeout: SILENCE_MS })
    } catch (error) {
      if (!(error instanceof RequestError && error.isNoResponders()) || Date.now() > until) throw error
      await wait(50)
    }
  }
}

const ask = async <A extends z.ZodType>(nc: NatsConnection, what: string, request: object, answer: A): Promise<z.output<A>> => {
  const reply = await nc.request(`$JS.API.STREAM.${what}`, JSON.stringify(request), { timeout: SILENCE_MS })
  faultIn(reply, what)
  return answer.parse(reply.json())
}

const faultIn = (reply: Msg, what: string): void => {
  if (reply.data.length === 0) return
  const fault = Fault.safeParse(reply.json())
  if (fault.success) throw new Error(`the server refuses ${what}: ${fault.data.error.description}`)
}

const nextOf = async (chunks: AsyncIterator<Msg>, stream: string): Promise<Msg> => {
  const { value, done } = await within(SILENCE_MS, `the next piece of the snapshot of ${stream}`, chunks.next())
  if (done) throw new Error(`the snapshot of ${stream} broke off: the connection was closed`)
  return value
}
