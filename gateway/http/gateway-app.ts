import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { CallerChannel } from '../../domain/choices.ts'
import type { Operations } from '../operations.ts'
import type { GatewaySettings } from '../settings.ts'
import type { Told } from '../telling.ts'
import type { Scope } from './scopes.ts'

/** Who sent a request: the owner of a token, or the person at this machine. */
export interface HttpCaller {
  /** Stands on the facts that the request leads to. */
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly isLocal: boolean
}

export interface GatewayEnv {
  Variables: {
    /** Absent on the open paths, which verify by themselves. */
    caller: HttpCaller | undefined
    requestId: string
  }
}
export type GatewayApp = OpenAPIHono<GatewayEnv>
export type GatewayContext = Context<GatewayEnv>

/** What every surface gets. */
export interface SurfaceNeeds {
  readonly config: GatewaySettings
  /** Operations in this name over this channel, or over `local` for who gave no token; `shown` is what of their words is shown at all. They check scopes themselves; without any, all are there. */
  operations(
    caller: { name: string; scopes?: readonly Scope[] | undefined; isLocal?: boolean | undefined },
    channel: CallerChannel,
    shown?: Told,
  ): Operations
  /** What a surface itself makes of what it knows, with its next steps as they are typed on this machine; operations tell theirs so. */
  readonly told: Told
  readonly log: (line: string, about?: Readonly<Record<string, unknown>>) => void
  readonly now: () => Date
  /** Aborts before the server stops. */
  readonly stopping: AbortSignal
}

/** A surface adds its routes to the gateway's app. */
export type Surface = (app: GatewayApp, around: SurfaceNeeds) => void
