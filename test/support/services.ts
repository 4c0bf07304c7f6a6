import { headers } from '@nats-io/transport-node'
import { callerHeaders } from '../../bus/caller-proof.ts'
import type { AnyFunction } from '../../bus/define-function.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import { type Served, serve } from '../../bus/jetstream/services.ts'
import { redriveDeadLetter } from '../../bus/runtime/dead-letters.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { CallerChannels } from '../../domain/choices.ts'
import type { Services } from '../../functions/ports.ts'
import type { TaskLists } from '../../gateway/context/define-service.ts'
import { serviceContexts } from '../../gateway/context/service-context.ts'
import { declared, servicesOf } from '../../gateway/operations.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { quiet, startBus, type TestBus } from './bus.ts'
import { doorReaders } from './door-readers.ts'
import { noLessons } from './lessons.ts'
import { noSecrets } from './secrets.ts'
import { roomyDisk } from './stubs.ts'

export const OPERATOR_SECRET = 'a-secret-of-the-operator-of-this-test'

/** What a request came to: the service's error code (0 = none) and the answer's JSON. */
export interface Answer {
  code: number
  body: Record<string, unknown>
}
export interface TestServices extends AsyncDisposable {
  readonly bus: TestBus<typeof catalogue>
  readonly listed: string[]
  /** Starts another one of the services, which share the requests. */
  replica(): Promise<Served>
  /** Asks as an outsider, or with the operator's secret on a channel. */
  ask(subject: string, input: unknown, as?: { by: string; channel: string }): Promise<Answer>
}

/** What the door and the gateway ask for, and a chat that listens nowhere; `more` is what else a test's functions ask for. */
export const servicesWith = (config: Services['config'], more: { [Name in keyof Services]?: Partial<Services[Name]> } = {}): Services =>
  ({
    config,
    sandbox: { missing: null },
    secrets: noSecrets(),
    chat: { listeners: () => [] },
    disk: roomyDisk,
    functions: { onlyTells: () => false },
    agents: { names: () => [], has: () => true },
    model: { configured: false },
    git: { whyUnusable: async () => null },
    ...more,
  }) as unknown as Services

export const askService = async (
  { nc }: Connection,
  subject: string,
  input: unknown,
  as?: { by: string; channel: string },
  secret = OPERATOR_SECRET,
): Promise<Answer> => {
  const hdrs = headers()
  const payload = typeof input === 'string' ? input : JSON.stringify(input)
  const who = as ? callerHeaders({ secret, ...as }, { subject, body: payload }) : {}
  for (const [name, value] of Object.entries(who)) hdrs.set(name, value)
  const reply = await nc.request(subject, payload, { headers: hdrs, timeout: 10_000 })
  return { code: Number(reply.headers?.get('Nats-Service-Error-Code') || '0'), body: reply.json<Record<string, unknown>>() }
}

/** The door, the services on it and a list that knows the ids in `listed`, all on a real server; `door: false` leaves what comes to the door undecided. */
export const startServices = async (
  functions: Record<string, AnyFunction> = {},
  { door = true, mostAtDoor = 10_000, disk = roomyDisk } = {},
): Promise<TestServices> => {
  const services = servicesWith(ConfigSchema.parse({ projects: { api: { path: '/nowhere' }, detached: { path: '/elsewhere' } } }), {
    disk,
    git: { whyUnusable: async (project) => (project === 'detached' ? 'HEAD names no branch.' : null) },
    deadLetters: { redrive: async (number, signal) => void (await redriveDeadLetter(bus.connection, number, signal)) },
  })
  const bus: TestBus<typeof catalogue> = await startBus(catalogue, { ...(door ? doorReaders : {}), ...functions }, { services })
  const listed: string[] = []
  const views: TaskLists = {
    list: async () => [],
    ids: async (prefix) => listed.filter((id) => id.startsWith(prefix)),
    building: () => undefined,
    lessons: noLessons,
  }
  const blobs = await objectStoreBlobs(bus.connection)
  const makeContext = serviceContexts({
    secret: OPERATOR_SECRET,
    mostAtDoor,
    claims: await openKeyValues(bus.connection, 'cortex-claims', 3_600_000),
    connection: bus.connection,
    folds: bus.runtime.folds,
    blobs,
    views,
    services,
    running: bus.runtime.running,
    outcomeMs: 5000,
  })
  const replica = (): Promise<Served> =>
    serve(
      bus.connection,
      {
        name: 'cortex',
        version: '0.1.0',
        description: 'a test',
        groups: servicesOf(declared),
        operatorSecret: OPERATOR_SECRET,
        channels: CallerChannels,
        blobs,
        log: quiet,
      },
      makeContext,
    )
  const served = await replica()
  return {
    bus,
    replica,
    listed,
    ask: (subject, input, as) => askService(bus.connection, subject, input, as),
    [Symbol.asyncDispose]: async () => {
      await served.stop()
      await bus[Symbol.asyncDispose]()
    },
  }
}
