import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConsumerConfig, DeliverPolicy, type StreamConfig } from '@nats-io/jetstream'
import { z } from 'zod'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { filtersOf } from '../../bus/jetstream/memory-sources.ts'
import { lastUnder, originSequence } from '../../bus/jetstream/read.ts'
import { Streams } from '../../bus/subjects.ts'
import { restoreSnapshot, Snapshot, takeSnapshot } from '../nats/snapshot.ts'

/**
 * A backup: a file a stream, the tokens, and `backup.json`, which is written last. Streams do not stand still meanwhile, so each is taken
 * after what says that something in it is done, and the positions of its readers before it: on the way back a message may come
 * twice, which functions expect, and none is passed over.
 */
const Position = z.object({ config: z.looseObject({ durable_name: z.string() }), answered: z.int() })
const Backup = z.object({
  format: z.literal(1),
  takenAt: z.iso.datetime(),
  streams: z.array(z.object({ snapshot: Snapshot, positions: z.array(Position) })),
})
export type Backup = z.output<typeof Backup>

const BLOBS = 'OBJ_cortex-blobs'
const TOKENS = 'tokens.json'

/** What was handled (keys), what was heard, the copy of the facts, the facts, and last what they name. LIVE is over in minutes. */
const orderOf = (there: readonly string[]): string[] =>
  [
    ...there.filter((name) => name.startsWith('KV_cortex-')),
    Streams.advisories,
    Streams.door,
    Streams.memory,
    Streams.events,
    Streams.dead,
    BLOBS,
  ].filter((name) => there.includes(name))

/** Takes a backup into an empty or new folder, while the system runs. Throws when there is something in it. */
export const takeBackup = async (input: {
  readonly connection: Connection
  /** How the connection's inboxes begin, where the server asks for it. */
  readonly inboxPrefix?: string | undefined
  readonly dataDir: string | undefined
  readonly into: string
}): Promise<Backup> => {
  const { connection, into, dataDir } = input
  await mkdir(into, { recursive: true, mode: 0o700 })
  if ((await readdir(into)).length > 0) throw new Error(`${into} is not empty: name a new folder for the backup`)
  const takenAt = new Date().toISOString()
  const streams: Backup['streams'] = []
  for (const name of orderOf(await streamNames(connection))) {
    const positions = await positionsIn(connection, name)
    streams.push({ positions, snapshot: await takeSnapshot(connection.nc, name, join(into, fileOf(name)), input.inboxPrefix) })
  }
  if (dataDir && existsSync(join(dataDir, TOKENS))) await copyFile(join(dataDir, TOKENS), join(into, TOKENS))
  const backup: Backup = { format: 1, takenAt, streams }
  await writeFile(join(into, 'backup.json.new'), `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 })
  await rename(join(into, 'backup.json.new'), join(into, 'backup.json'))
  return backup
}

/** Reads what a backup says of itself. Throws when it is none, or not whole. */
export const readBackup = async (folder: string): Promise<Backup> => {
  const file = join(folder, 'backup.json')
  if (!existsSync(file)) throw new Error(`${folder} has no backup.json: it is no backup, or one that was broken off`)
  return Backup.parse(JSON.parse(await readFile(file, 'utf8')))
}

/** Makes everything again on a bus that has none of it; before the system is started there. Throws when one of the streams is there. */
export const restoreBackup = async (backup: Backup, folder: string, connection: Connection, dataDir: string): Promise<void> => {
  const there = await streamNames(connection)
  const taken = backup.streams.map(({ snapshot }) => snapshot.config.name).filter((name) => there.includes(name))
  if (taken.length > 0) throw new Error(`the bus has ${taken.join(', ')} already: a backup is restored into an empty place`)
  // What MEMORY collects from is there before it.
  const facts = [...backup.streams].sort(
    (a, b) => Number(a.snapshot.config.name === Streams.memory) - Number(b.snapshot.config.name === Streams.memory),
  )
  for (const { snapshot, positions } of facts) {
    const { name } = snapshot.config
    await restoreSnapshot(
      connection.nc,
      { ...snapshot, config: { ...fitting(snapshot.config, connection), name } },
      join(folder, fileOf(name)),
    )
    if (name === Streams.memory) await goOnSourcing(connection, snapshot.config)
    for (const { config, answered } of positions) await connection.jsm.consumers.add(name, from(fitting(config, connection), answered + 1))
  }
  if (existsSync(join(folder, TOKENS))) await copyFile(join(folder, TOKENS), join(dataDir, TOKENS))
}

/**
 * A stream, or a durable, as this bus can have it: one server alone has no copies and no places for them, and a cluster stores
 * nothing without waiting for the disk.
 */
const fitting = <Config extends object>(config: Config, { nc }: Pick<Connection, 'nc'>): Config => {
  const alone = {
    ...config,
    num_replicas: 'num_replicas' in config ? Math.min(1, Number(config.num_replicas)) : undefined,
    placement: undefined,
  }
  return nc.info?.cluster === undefined ? alone : { ...config, persist_mode: undefined }
}

/** MEMORY's sources, each from after what it brought: by itself a restored stream would bring everything again. */
const goOnSourcing = async (connection: Connection, config: Partial<StreamConfig>): Promise<void> => {
  const { jsm } = connection
  const { config: present } = await jsm.streams.info(Streams.memory)
  const sources = (config.sources ?? []).map(async (source) => {
    const brought = filtersOf(source).map((filter) => lastUnder(connection, filter, Streams.memory))
    const last = Math.max(0, ...(await Promise.all(brought)).map((message) => (message ? originSequence(message) : 0)))
    return { ...source, opt_start_seq: last + 1 }
  })
  await jsm.streams.update(Streams.memory, { ...present, sources: await Promise.all(sources) })
}

/** A consumer that begins at that sequence, whatever it began with before. */
const from = (config: Partial<ConsumerConfig>, sequence: number): Partial<ConsumerConfig> => {
  const { deliver_policy: _, opt_start_seq: __, opt_start_time: ___, ...rest } = config
  return { ...rest, deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: sequence }
}

const fileOf = (stream: string): string => `${stream}.snapshot`

const streamNames = async ({ jsm }: Connection): Promise<string[]> => {
  const names: string[] = []
  for await (const { config } of jsm.streams.list()) names.push(config.name)
  return names
}

/** The durable readers and up to where each has answered everything. */
const positionsIn = async ({ jsm }: Connection, stream: string): Promise<Backup['streams'][number]['positions']> => {
  const positions: Backup['streams'][number]['positions'] = []
  for await (const { config, ack_floor } of jsm.consumers.list(stream))
    if (config.durable_name) positions.push({ config: { ...config, durable_name: config.durable_name }, answered: ack_floor.stream_seq })
  return positions
}
