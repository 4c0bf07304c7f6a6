import type { Blobs } from '../../bus/blobs.ts'
import type { DoorRequest } from '../../bus/define-function.ts'
import type { Caller } from '../../bus/define-service.ts'
import type { DeadLetter } from '../../bus/runtime/dead-letters.ts'
import type { RunningFunction } from '../../bus/runtime/deliverer.ts'
import type { Fact } from '../../domain/fact.ts'
import type { LaneLook } from '../../domain/lane.ts'
import type { Task } from '../../domain/task.ts'
import type { Services } from '../../functions/ports.ts'
import type { Views } from '../../functions/views/start-views.ts'
import type { AdmissionOutcome, Admissions } from './admissions.ts'
import type { Arrivals } from './arrivals.ts'
import type { FunctionControl } from './function-control.ts'

/** Lists of tasks, ended ones included. */
export type TaskLists = Pick<Views, 'list' | 'ids' | 'building' | 'lessons'>

/** Everything an endpoint gets. */
export interface ServiceContext {
  readonly caller: Caller
  /** Whether the request carried the operator's secret. */
  readonly isOperator: boolean
  readonly blobs: Blobs
  readonly views: TaskLists
  readonly services: Services
  readonly admissions: Admissions
  readonly arrivals: Arrivals
  readonly deadLetters: {
    /** Newest first, without bodies. */
    list(page: { limit: number; offset: number }): Promise<{ letters: readonly DeadLetter[]; total: number }>
    find(number: number): Promise<(DeadLetter & { readonly body: string }) | undefined>
    redrive(number: number): Promise<DeadLetter>
  }
  /** The functions on the bus, and their pauses. */
  readonly functions: FunctionControl
  readonly now: () => Date
  /** Functions at work in this process. */
  running(): readonly RunningFunction[]
  /** Why this process takes no messages, because another version does; undefined while it takes them. */
  standby(): string | undefined
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
  /** What stands under a key; undefined when nobody named it within a day. */
  claimed(key: string): Promise<string | undefined>
  /** Puts a request through the system's door in the caller's name and waits a moment for what became of it. */
  ask(type: string, body: Readonly<Record<string, unknown>>): Promise<AdmissionOutcome>
  /** How far the process has read the stream, and what it ignored there. */
  /** What the streams are otherwise than we would make them, in words. */
  streams(): Promise<readonly { readonly stream: string; readonly words: string }[]>
  readonly bus: { position: number; foreign: number; server: string }
}
