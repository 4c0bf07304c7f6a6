import { userInfo } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Identity } from '../bus/caller-proof.ts'
import { askService, followLive, olderService } from '../bus/jetstream/ask.ts'
import { type Connection, connectBus, withoutLogins } from '../bus/jetstream/connect.ts'
import { type Ask, overBus, patienceFor } from '../gateway/carriers.ts'
import { type AnswerOf, declared, type OperationName, onlyReads, type Said } from '../gateway/operations.ts'
import { findSystem, knownOperatorSecret, loginFor, readableSecret } from '../infra/app/system-file.ts'
import { whySomebodyElses } from '../infra/app/whose-data.ts'
import { namedVariable } from '../infra/config/config.ts'
import { CommandFault, Exit } from './fault.ts'
import { dataDirFor } from './where.ts'

/** A bus with a system on it, as commands see it. */
export interface Cortex extends AsyncDisposable {
  readonly url: string
  /** Asks with what a person said: the system says what is wrong with it. Throws `CommandFault`: exit 2 for a refusal, 3 when nobody answers. */
  ask<Name extends OperationName>(name: Name, said: Said<Name>): Promise<AnswerOf<Name>>
  /** Live lines of a task until the returned function is called. */
  live(id: string, onLine: (fn: string, line: string) => void): () => void
}

/** How a bus is reached. */
export interface Address {
  readonly url: string
  readonly user?: string
  readonly pass?: string
  readonly inboxPrefix?: string
  /** The operator's secret; without it the system takes us for any service. */
  readonly secret?: string
}

export interface Place {
  /** `--data`, if given. */
  readonly data?: string | undefined
  readonly cwd: string
  readonly channel: 'cli' | 'demo' | 'mcp'
}

/** Where the system runs, and whether it does until somebody stops it: NATS_URL, else what the data folder says. The reason when none does. */
export const findAddress = (place: Place): { address: Address; stays: boolean } | { why: string } => {
  const dataDir = dataDirFor(place)
  const natsUrl = namedVariable('NATS_URL')
  // Whoever names the bus needs no folder, and another user's holds no secret for him.
  if (natsUrl !== undefined) return { address: { ...splitUrl(natsUrl), secret: dataDir && readableSecret(dataDir) }, stays: true }
  const folder = dataDir ?? join(place.cwd, '.cortex')
  const foreign = whySomebodyElses(folder)
  if (foreign !== null) return { why: foreign }
  const secret = dataDir && knownOperatorSecret(dataDir)
  const found = dataDir === undefined ? ({ kind: 'none' } as const) : findSystem(dataDir)
  if (found.kind === 'none')
    return {
      why: `no Cortex runs on ${folder}: start it with "cortex up"${place.data === undefined ? ' there, or name its data folder with --data' : ''}`,
    }
  if (found.kind === 'gone')
    return { why: `the Cortex on ${folder} (process ${found.pid}) is gone: start it again with "cortex up"; nothing is lost` }
  return { address: { ...splitUrl(found.record.url), ...loginFor(found.record), secret }, stays: found.record.stays }
}

/** The client takes name and password beside the address only. */
const splitUrl = (url: string): { url: string; user?: string; pass?: string } => {
  const [, scheme = '', user, pass, host = ''] = /^(\w+:\/\/)?(?:([^:@/]*):([^@/]*)@)?(.*)$/.exec(url) ?? []
  return user === undefined ? { url } : { url: `${scheme}${host}`, user: decodeURIComponent(user), pass: decodeURIComponent(pass ?? '') }
}

/** A line to a bus, and who asks over it. */
export interface Line {
  readonly connection: Connection
  readonly identity?: Identity
}

/** A line to a bus whose address is known. Throws `BusUnavailable`. */
export const openLine = async (address: Address, channel: Place['channel']): Promise<Line> => {
  const { url, user, pass, inboxPrefix, secret } = address
  const connection = await connectBus({ url, user, pass, inboxPrefix, name: `cortex-${channel}`, log: pino({ level: 'silent' }) })
  return { connection, ...(secret === undefined ? {} : { identity: { secret, by: userInfo().username, channel } }) }
}

/** Connects to a bus whose address is known. Throws `BusUnavailable`. */
export const openCortex = async (address: Address, channel: Place['channel']): Promise<Cortex> => {
  const line = await openLine(address, channel)
  const { connection } = line
  const carry = overBus((operation, input) => askInWords(line, operation, input))
  return {
    url: withoutLogins(address.url),
    // Each operation's own schema reads its answer, which is more than the compiler sees through the list of all.
    ask: async (name, said) => (await carry(declared[name], said)) as never,
    // What an answer looks like so far is for programs that put it together.
    live: (id, onLine) =>
      followLive(connection, id, (fn, line, stream) => {
        if (stream !== 'partial') onLine(fn, line)
      }),
    [Symbol.asyncDispose]: async () => {
      if (!connection.nc.isClosed()) await connection.nc.close()
    },
  }
}

/** Why the system that runs would do this in nobody's name: an older one does not know how we show who asks. Undefined where it does. */
export const whyNotInOurName = async ({ connection, identity }: Line, operation: Parameters<Ask>[0]): Promise<string | undefined> => {
  // Anybody may read.
  const older = identity && !onlyReads(operation) ? await olderService(connection, 'cortex') : undefined
  return older && `the running system is an older version (${older}), which would not know who asks: restart it with "cortex up"`
}

const askInWords = async (line: Line, operation: Parameters<Ask>[0], input: object): Promise<unknown> => {
  const { connection, identity } = line
  const older = await whyNotInOurName(line, operation)
  if (older) throw new CommandFault(Exit.usage, [older])
  const timeoutMs = patienceFor(input)
  const reply = await askService(connection, `cortex.${operation.name}`, input, { timeoutMs, identity })
  const where = withoutLogins(connection.nc.getServer())
  switch (reply.kind) {
    case 'answer':
      return reply.body
    case 'fault':
      throw new CommandFault(reply.code === 503 ? Exit.noBus : reply.code === 500 ? Exit.failed : Exit.usage, reply.faults, {
        isTold: true,
      })
    case 'nobody':
      throw new CommandFault(Exit.noBus, [`the bus at ${where} is there, but no Cortex serves on it: start it with "cortex up"`])
    case 'silence':
      throw new CommandFault(Exit.noBus, [`Cortex at ${where} did not answer within ${timeoutMs / 1000} s; look at its log, or try again`])
  }
}
