import { type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { Fact } from '../../../domain/fact.ts'
import { logsOf } from '../../services/logs.ts'

/** Which resources change with a fact, and who of the older era wants to hear of it. */

/** Calls back with every fact of this process, for as long as it lives. */
export type OnFact = (listener: (fact: Fact) => void) => void

/** Calls back with the address of every resource that changed, until the returned function is called. */
export type FollowChanges = (listener: (uri: string) => void) => () => void

/** The changes that facts make, for however many listeners. */
export const changesBy = (onFact: OnFact): FollowChanges => {
  const listeners = new Set<(uri: string) => void>()
  onFact((fact) => {
    if (listeners.size === 0) return
    for (const uri of changedBy(fact)) for (const listener of listeners) listener(uri)
  })
  return (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

/** Addresses of the resources that are different after a fact. Pure. */
export const changedBy = (fact: Fact): string[] => {
  const parts = ['status', 'story']
  if (fact.type === 'plan.drafted') parts.push('plan')
  if ('diff' in fact.data) parts.push('diff')
  if (logsOf([fact]).length > 0) parts.push('logs')
  return parts.map((part) => `cortex://tasks/${fact.subject}/${part}`)
}

/** Addresses that one client may name. */
const MOST = 1000

/** Lets a client on a connection that lasts name the resources whose changes it wants to hear of. */
export const addSubscriptions = ({ server }: McpServer, follow: FollowChanges, report: (error: unknown) => void): void => {
  const wanted = new Set<string>()
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    if (wanted.size >= MOST) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `a client may subscribe to ${MOST} resources at most`)
    wanted.add(params.uri)
    return {}
  })
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    wanted.delete(params.uri)
    return {}
  })
  server.onclose = follow((uri) => {
    if (wanted.has(uri)) server.sendResourceUpdated({ uri }).catch(report)
  })
}
