import { type Logger, pino } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import type { Catalogue } from '../../bus/define-event.ts'
import type { AnyFunction } from '../../bus/define-function.ts'
import { encode, type FactOf } from '../../bus/envelope.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { type Runtime, startRuntime } from '../../bus/runtime/runtime.ts'
import type { Seal } from '../../bus/seal.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import { startNats, type TestNats } from './nats.ts'
import { PATIENCE_MS } from './patience.ts'
import { natsServerForTests } from './tools.ts'

export const quiet = pino({ level: process.env['TEST_LOG'] ?? 'silent' })

export const noBlobs: Blobs = {
  put: () => Promise.reject(new Error('this test stores no blobs')),
  bytes: () => Promise.reject(new Error('this test reads no blobs')),
  text: () => Promise.reject(new Error('this test reads no blobs')),
}

/** A real server and a runtime on it with functions of the test's own; both end with the scope. */
export interface TestBus<C extends Catalogue> extends AsyncDisposable {
  readonly nats: TestNats
  readonly connection: Connection
  runtime: Runtime<C, Task>
  /** Stores a fact as if a function had emitted it. Returns its sequence. */
  emit(
    type: keyof C & string,
    id: string,
    data: unknown,
    options?: { eventId?: string; time?: string; hops?: number; seal?: Seal | null },
  ): Promise<number>
  /** Waits for a fact; the error names what was seen. */
  until(type: keyof C & string, id: string, withinMs?: number): Promise<FactOf<C>>
  facts(id: string): Promise<FactOf<C>[]>
  /** Another runtime on the same server, as another process would have; of another program where it says so. */
  another(functions: Record<string, AnyFunction>, program?: Program<C>): Promise<Runtime<C, Task>>
}

/** A program of its own version: the catalogue may lack what others know. */
export interface Program<C extends Catalogue> {
  readonly version?: string
  readonly catalogue?: Partial<C>
  readonly log?: Logger
  readonly seal?: Seal
}

export interface TestBusOptions<S> {
  version?: string
  services?: S
  ackWaitMs?: number
  maxDeliver?: number
  sync?: 'always' | 'fast'
  /** The clock of the functions. */
  now?: () => Date
  seal?: Seal
}

export const startBus = async <C extends Catalogue, S>(
  catalogue: C,
  functions: Record<string, AnyFunction>,
  options: TestBusOptions<S> = {},
): Promise<TestBus<C>> => {
  const nats = await startNats(natsServerForTests(), { sync: options.sync })
  const line = await connectBus({ url: nats.url, name: 'test', log: quiet })
  const connection: Connection = { ...line, seal: options.seal }
  const seen = newSeen()
  const start = async (connected: Connection, set: Record<string, AnyFunction>, program: Program<C> = {}): Promise<Runtime<C, Task>> => {
    const runtime = await startRuntime<C, Task, S | undefined>({
      // An older catalogue lacks entries; what is read of it here is of those it has.
      catalogue: (program.catalogue ?? catalogue) as C,
      version: program.version ?? options.version,
      model: taskStory,
      connection: connected,
      functions: new Map(Object.entries(set)),
      blobs: noBlobs,
      services: options.services,
      log: program.log ?? quiet,
      ackWaitMs: options.ackWaitMs ?? 1000,
      maxDeliver: options.maxDeliver,
      now: options.now,
      graceMs: 500,
    })
    return runtime
  }
  const others: { runtime: Runtime<C, Task>; connection: Connection }[] = []
  const runtime = await start(connection, functions)
  runtime.folds.onFact((fact) => seen.add(fact))
  let emitted = 0
  const bus: TestBus<C> = {
    nats,
    connection,
    runtime,
    emit: async (
      type,
      id,
      data,
      { eventId = `test-${type}-${id}-${emitted++}`, time = new Date().toISOString(), hops = 0, seal = options.seal } = {},
    ) => {
      const wire = encode(
        catalogue,
        { id: eventId, type, subject: id, source: 'test', time, causedBy: 'test', hops, data },
        seal ?? undefined,
      )
      return store(connection, [{ ...wire, messageId: eventId }], AbortSignal.timeout(PATIENCE_MS))
    },
    until: (type, id, withinMs = PATIENCE_MS) => untilFact(bus, type, id, withinMs, seen),
    facts: async (id) => {
      const story: FactOf<C>[] = []
      const { readStoryMessages } = await import('../../bus/jetstream/read.ts')
      const { decode } = await import('../../bus/envelope.ts')
      for (const message of await readStoryMessages(connection, taskStory, id)) {
        const decoded = decode(catalogue, message)
        if (decoded.kind === 'fact') story.push(decoded.fact)
      }
      return story
    },
    another: async (set, program) => {
      const connected = await connectBus({ url: nats.url, name: 'test-other', log: quiet })
      const other = await start({ ...connected, seal: program?.seal }, set, program)
      others.push({ runtime: other, connection: connected })
      return other
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([bus.runtime.stop(), ...others.map((other) => other.runtime.stop())])
      await Promise.all([connection.nc.close(), ...others.map((other) => other.connection.nc.close())])
      await nats[Symbol.asyncDispose]()
    },
  }
  return bus
}

/** Looked up again and again, not only listened for: the runtime that would tell of it may have been stopped. */
const untilFact = async <C extends Catalogue>(
  bus: TestBus<C>,
  type: string,
  id: string,
  withinMs: number,
  seen: Seen,
): Promise<FactOf<C>> => {
  for (const end = Date.now() + withinMs; ; ) {
    const next = seen.next()
    const present = (await bus.facts(id)).find((fact) => fact.type === type)
    if (present) return present
    if (Date.now() > end) throw new Error(`no ${type}.${id} within ${withinMs} ms; seen: ${seen.last().join(', ')}`)
    await next
  }
}

interface Seen {
  add(fact: { type: string; subject: string }): void
  /** Resolves when another fact was seen, or after a moment. */
  next(): Promise<void>
  /** The names of what was seen last. */
  last(): string[]
}

const newSeen = (): Seen => {
  const names: string[] = []
  const waiting = new Set<() => void>()
  return {
    add: ({ type, subject }) => {
      names.push(`${type}.${subject}`)
      for (const wake of waiting) wake()
    },
    next: () =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, 250)
        waiting.add(wake)
      }),
    last: () => names.slice(-20),
  }
}
