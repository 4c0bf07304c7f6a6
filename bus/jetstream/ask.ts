import { headers, NoRespondersError } from '@nats-io/transport-node'
import { z } from 'zod'
import { callerHeaders, type Identity, PROOF_FORM } from '../caller-proof.ts'
import { MARK_HEADER, OWN_MARK } from '../next-steps.ts'
import { liveSubject } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { isTransient } from './patience.ts'

export type Reply =
  | { kind: 'answer'; body: unknown }
  | { kind: 'fault'; code: number; faults: string[] }
  /** Nobody serves this subject. */
  | { kind: 'nobody' }
  /** No answer in time, or the line broke: whether it was done is not known. */
  | { kind: 'silence' }

/** Asks a micro service of ours. Throws only for what is no matter of the bus. */
export const askService = async (
  { nc }: Connection,
  subject: string,
  input: unknown,
  options: { timeoutMs: number; identity?: Identity },
): Promise<Reply> => {
  const hdrs = headers()
  const body = JSON.stringify(input)
  const who = options.identity ? callerHeaders(options.identity, { subject, body }) : {}
  for (const [name, value] of Object.entries(who)) hdrs.set(name, value)
  hdrs.set(MARK_HEADER, OWN_MARK)
  try {
    const reply = await nc.request(subject, body, { headers: hdrs, timeout: options.timeoutMs })
    const code = Number(reply.headers?.get('Nats-Service-Error-Code') || '0')
    if (code === 0) return { kind: 'answer', body: reply.json() }
    return { kind: 'fault', code, faults: faultsIn(reply.string(), reply.headers?.get('Nats-Service-Error') ?? '') }
  } catch (error) {
    if (isNobody(error)) return { kind: 'nobody' }
    if (isTransient(error)) return { kind: 'silence' }
    throw error
  }
}

const Served = z.looseObject({ version: z.string(), metadata: z.record(z.string(), z.string()).nullish() })
const PING_MS = 2000

/** The version of the micro service that runs, where it does not know how we show who asks, but takes us for anybody; undefined where it does, or tells nothing. */
export const olderService = async ({ nc }: Connection, name: string): Promise<string | undefined> => {
  try {
    const { version, metadata } = Served.parse((await nc.request(`$SRV.PING.${name}`, '', { timeout: PING_MS })).json())
    return metadata?.[PROOF_FORM] === undefined ? version : undefined
  } catch (error) {
    if (isNobody(error) || isTransient(error)) return undefined
    throw error
  }
}

const isNobody = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof Error && error.cause instanceof NoRespondersError)

const faultsIn = (text: string, description: string): string[] => {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'faults' in body && Array.isArray(body.faults)) return body.faults.map(String)
  } catch {
    // a fault of the library itself has no body; its description says it
  }
  return [description || 'the request failed without a reason']
}

/** Hands on the live output of a story: which function, the line, and of which stream. Ends when the returned function is called. */
export const followLive = ({ nc }: Connection, id: string, onLine: (fn: string, line: string, stream: string) => void): (() => void) => {
  const subscription = nc.subscribe(liveSubject(id, '*', '*'), {
    callback: (error, message) => {
      const [, , fn = '', stream = ''] = message.subject.split('.')
      // Who may not listen sees no live lines; everything else is told by the story.
      if (!error) onLine(fn, message.string(), stream)
    },
  })
  return () => {
    if (!nc.isClosed()) subscription.unsubscribe()
  }
}
