import type { z } from 'zod'
import type { LaneState } from '../domain/catalogue/shared.ts'
import type { Fact } from '../domain/fact.ts'
import type { Task } from '../domain/task.ts'
import type { Admissions, Outcome } from '../gateway/context/admissions.ts'
import type { Arrivals } from '../gateway/context/arrivals.ts'
import type { FunctionControl } from '../gateway/context/function-control.ts'
import type { Blobs } from './blobs.ts'
import type { DoorRequest, ServiceRegistry } from './define-function.ts'
import type { DeadLetter } from './runtime/dead-letters.ts'

/** Services: what other programs may ask and get an answer to at once, as NATS micro services `cortex.<group>.<endpoint>`. */

/** Who asks. Only a request with the operator's secret is believed about it; everybody else is by and on `service`. */
export interface Caller {
  readonly by: string
  readonly channel: CallerChannel
}
export const CallerChannels = ['cli', 'demo', 'gateway', 'chat', 'webhook', 'mcp'] as const
export type CallerChannel = (typeof CallerChannels)[number] | 'service'

/** One line of a list of tasks. Times are ISO 8601. */
export interface TaskRow {
  readonly id: string
  readonly title: string
  /** queued, in_progress, completed or failed. */
  readonly status: string
  readonly phase: string
  readonly project?: string | null
  readonly category?: string | null
  readonly priority: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly reason?: string | null
}

/** Lists of tasks, ended ones included; a view answers them. */
export interface TaskLists {
  list(input: {
    status?: string
    project?: string
    category?: string
    priority?: number
    search?: string
    limit: number
    offset: number
  }): Promise<readonly TaskRow[]>
  /** Ids that begin with `prefix`. */
  ids(prefix: string): Promise<readonly string[]>
}

/** What a function does at this moment, in this process. */
export interface RunningFunction {
  readonly fn: string
  readonly task: string
  readonly since: string
  readonly attempt: number
  readonly held?: string
}

/** The browser lane as people may want to see it. Times are ISO 8601. */
export interface LaneLook {
  /** `unknown` until its worker has reported. */
  readonly state: LaneState | 'unknown'
  readonly reason: string
  readonly since?: string
  readonly until?: string
  readonly site?: string
  /** Questions that wait for it, the one whose turn it is included. */
  readonly waiting: number
  /** How many stand before the question of this task or job; undefined when it has none there. */
  ahead(owner: string): number | undefined
}

/** Everything an endpoint gets. */
export interface ServiceContext {
  readonly caller: Caller
  /** Whether the request carried the operator's secret. */
  readonly isOperator: boolean
  readonly blobs: Blobs
  readonly views: TaskLists
  readonly services: ServiceRegistry
  readonly admissions: Admissions
  readonly arrivals: Arrivals
  readonly deadLetters: {
    /** Oldest first. */
    list(): Promise<readonly DeadLetter[]>
    redrive(number: number): Promise<DeadLetter>
  }
  /** The functions on the bus, and their pauses. */
  readonly functions: FunctionControl
  readonly now: () => Date
  /** Functions at work in this process. */
  running(): readonly RunningFunction[]
  /** The task as of this moment; undefined when there is none with this id. */
  task(id: string): Promise<Task | undefined>
  openTasks(): Promise<readonly Task[]>
  /** The browser lane; undefined where none is configured. */
  lane(): Promise<LaneLook | undefined>
  /** The facts of an id after that sequence, oldest first; -1 for all, also those whose sequence is 0 because only MEMORY has them. */
  facts(id: string, after: number): Promise<readonly Fact[]>
  /** Stores a request at the system's door in the caller's name and returns its sequence there; the same `messageId` again is the same request. */
  post(type: string, body: Readonly<Record<string, unknown>>, messageId: string): Promise<number>
  /** Waits until everything that is at the door now has been decided on; when the time is over before, it resolves with what still stands there. */
  decided(withinMs: number): Promise<readonly DoorRequest[]>
  /** Who first named a key within a day, and what for: the value that stands under it, `value` itself when it is the first. */
  claim(key: string, value: string): Promise<string>
  /** Puts a request through the system's door in the caller's name and waits a moment for what became of it. */
  ask(type: string, body: Readonly<Record<string, unknown>>): Promise<Outcome>
  /** How far the process has read the stream, and what it ignored there. */
  readonly bus: { position: number; foreign: number; server: string }
}

/** A request that cannot be served, in words. The code is one of HTTP's: 400, 401, 403, 404, 405, 409, 413, 429, 500, 503. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault'
  readonly code: number
  readonly faults: readonly string[]
  /** When the same request may succeed, in milliseconds from now. */
  readonly retryAfterMs: number | undefined
  constructor(code: number, faults: readonly string[], options: { retryAfterMs?: number } = {}) {
    super(faults.join('; '))
    this.code = code
    this.faults = faults
    this.retryAfterMs = options.retryAfterMs
  }
}

export interface EndpointSpec<Input extends z.ZodType> {
  /** What it does, in a sentence. */
  readonly summary: string
  /** Strict: what a body says beyond it is a fault. */
  readonly input: Input
  /** Answers with something JSON can carry. Throws `RequestFault`. */
  readonly handler: (input: z.output<Input>, context: ServiceContext) => Promise<object>
}

/** Any endpoint, as `serve` handles it. */
export interface AnyEndpoint<Context = ServiceContext> {
  readonly summary: string
  readonly input: z.ZodType
  // Called with what its own schema has just parsed; types meet in defineService only.
  readonly handler: (input: never, context: Context) => Promise<object>
}
export interface AnyService<Context = ServiceContext> {
  readonly description: string
  readonly endpoints: Readonly<Record<string, AnyEndpoint<Context>>>
}

/** Declares a group of endpoints. Its file's name is the group's name. */
export const defineService = <Inputs extends Record<string, z.ZodType>>(service: {
  description: string
  endpoints: { [Name in keyof Inputs]: EndpointSpec<Inputs[Name]> }
}): { description: string; endpoints: { [Name in keyof Inputs]: EndpointSpec<Inputs[Name]> } } => service
