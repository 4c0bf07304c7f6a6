import { type Service, type ServiceMsg, Svcm } from '@nats-io/services'
import type { Logger } from 'pino'
import { z } from 'zod'
import { whyBusy } from '../at-work.ts'
import type { Blobs } from '../blobs.ts'
import { CAME_AGAIN, CallerHeaders, PROOF_FORM, proofsOf, REMEMBERED_MS, whyNotShown } from '../caller-proof.ts'
import { type AnyEndpoint, type AnyService, type Caller, RequestFault } from '../define-service.ts'
import { faultsOf } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import type { KeyValues } from '../key-values.ts'
import { MARK_HEADER, markedFor, plainly } from '../next-steps.ts'
import type { Connection } from './connect.ts'
import { openKeyValues } from './key-values.ts'
import { isTransient } from './patience.ts'
import { REQUEST_INFO, senderIn } from './watch-senders.ts'

export interface ServeOptions<Context> {
  /** Prefix of all subjects and the service's name in `nats micro ls`. */
  readonly name: string
  /** Semantic version. */
  readonly version: string
  readonly description: string
  readonly groups: ReadonlyMap<string, AnyService<Context>>
  /** Who shows that he knows it is the operator. */
  readonly operatorSecret: string
  /** Where such a request may say that it comes from. */
  readonly channels: readonly string[]
  /** Where answers go that are too long for a message. */
  readonly blobs: Blobs
  /** Why nothing can be stored now, in a sentence. Absent: nobody looks. */
  readonly shortage?: () => Promise<string | undefined>
  readonly log: Logger
}

/** Makes what one request's endpoint gets. `sender` is the connection of a caller who proves nothing, as the server names it. */
export type MakeContext<Context> = (caller: Caller, isOperator: boolean, sender?: string) => Context

export interface Served extends AsyncDisposable {
  /** Takes no more requests and lets those at work answer. */
  stop(): Promise<void>
}

/** Longest answer in bytes; a longer one becomes a blob and the answer its reference. */
export const MAX_ANSWER = 512 * 1024
/**
 * Serves the groups as `<name>.<group>.<endpoint>`, seen by `nats micro ls`; several processes share the requests.
 * Subscriptions outlive a bus that was away.
 */
export const serve = async <Context>(
  connection: Connection,
  options: ServeOptions<Context>,
  makeContext: MakeContext<Context>,
): Promise<Served> => {
  /** With who asks for it; undefined for the operator. */
  const atWork = new Map<Promise<void>, string | undefined>()
  const proofIn = proofsOf(options.operatorSecret)
  /** Which of the operator's requests counted, in whatever process. */
  const counted = await openKeyValues(connection, 'cortex-counted', REMEMBERED_MS)
  const take = (subject: string, endpoint: AnyEndpoint<Context>, message: ServiceMsg): void => {
    const header = (name: string): string => message.headers?.get(name) ?? ''
    const proof = proofIn({ subject, body: message.string() }, header)
    const why = endpoint.onlyReads ? undefined : whyNotShown(proof, options.version)
    const asker = identify(header, proof.kind === 'shown', options.channels)
    const busy = whyBusy(asker.sender, [...atWork.values()])
    const refusal = why ? new RequestFault(401, [why]) : busy && new RequestFault(busy.code, [busy.fault])
    if (refusal) {
      fail(message, refusal)
      return
    }
    const settle = async (): Promise<Context> => {
      if (proof.kind === 'shown' && !endpoint.onlyReads) await countOnce(counted, header(CallerHeaders.proof), options.shortage)
      return makeContext(asker.caller, asker.isOperator, asker.sender)
    }
    const work = respond(options, settle, subject, endpoint, message)
      .catch((error) => options.log.error({ subject, error: messageOf(error) }, 'a request could not be answered'))
      .finally(() => atWork.delete(work))
    atWork.set(work, asker.sender)
  }
  let stopping = false
  let service: Service
  const start = async (): Promise<void> => {
    service = await register(connection, options, take)
    void service.stopped.then((error) => {
      if (stopping || connection.nc.isClosed()) return
      options.log.warn({ error: error ? messageOf(error) : 'unknown' }, 'the services were interrupted and are taken up again')
      start().catch((again) => options.log.error({ error: messageOf(again) }, 'the services could not be taken up again; restart cortex'))
    })
  }
  await start()
  const stop = async (): Promise<void> => {
    stopping = true
    // A connection that is closed meanwhile leaves the drain without an answer, and one that is down has nothing to drain.
    if (!connection.nc.isClosed()) await Promise.race([service.stop().catch(unlessTransient), connection.nc.closed()])
    await Promise.allSettled([...atWork.keys()])
  }
  return { stop, [Symbol.asyncDispose]: stop }
}

/** A request that another process took already, or this one before its last start, does nothing. */
const countOnce = async (counted: Pick<KeyValues, 'create'>, code: string, shortage: ServeOptions<never>['shortage']): Promise<void> => {
  const revision = await counted.create(code, '').catch(async (error: unknown) => {
    const why = await shortage?.()
    throw why === undefined ? error : new RequestFault(503, [why])
  })
  if (revision === undefined) throw new RequestFault(401, [CAME_AGAIN])
}

const unlessTransient = (error: unknown): void => {
  if (!isTransient(error)) throw error
}

type Take<Context> = (subject: string, endpoint: AnyEndpoint<Context>, message: ServiceMsg) => void

const register = async <Context>(connection: Connection, options: ServeOptions<Context>, take: Take<Context>): Promise<Service> => {
  const service = await new Svcm(connection.nc).add({
    name: options.name,
    version: options.version,
    description: options.description,
    queue: options.name,
    metadata: { [PROOF_FORM]: '1' },
  })
  for (const [group, { endpoints }] of options.groups) {
    const place = service.addGroup(`${options.name}.${group}`)
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const subject = `${options.name}.${group}.${name}`
      place.addEndpoint(`${group}-${name}`, {
        subject: name,
        queue: options.name,
        metadata: {
          summary: endpoint.summary,
          input: JSON.stringify(z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' })),
        },
        // An error here is a lost subscription: the library ends the service, and `serve` takes it up again.
        handler: (error, message) => {
          if (!error) take(subject, endpoint, message)
        },
      })
    }
  }
  return service
}

const respond = async <Context>(
  options: ServeOptions<Context>,
  makeContext: () => Promise<Context>,
  subject: string,
  endpoint: AnyEndpoint<Context>,
  message: ServiceMsg,
): Promise<void> => {
  const { blobs, log } = options
  try {
    const input = parseInput(endpoint, message)
    // `handler` takes what its own schema gives.
    const answer = await endpoint.handler(input as never, await makeContext())
    message.respond(markedFor(await fitting(blobs, answer), markOf(message)))
  } catch (error) {
    if (!(error instanceof RequestFault)) log.error({ subject, error: messageOf(error) }, 'a request failed')
    fail(message, error instanceof RequestFault ? error : internal(error))
  }
}

const internal = (error: unknown): RequestFault =>
  isTransient(error)
    ? new RequestFault(503, ['the bus is away for a moment; try again'])
    : new RequestFault(500, ['cortex failed at this request; its log says why'])

const parseInput = (endpoint: { readonly input: z.ZodType }, message: ServiceMsg): unknown => {
  let body: unknown
  try {
    const text = message.string()
    body = text === '' ? {} : JSON.parse(text)
  } catch (error) {
    throw new RequestFault(400, [`the request is no JSON: ${messageOf(error)}`])
  }
  const parsed = endpoint.input.safeParse(body)
  if (!parsed.success) throw new RequestFault(400, faultsOf(parsed.error))
  return parsed.data
}

/** Who asks, by the headers and never by the body; only the operator is believed what they say. */
const identify = (
  header: (name: string) => string,
  isOperator: boolean,
  channels: readonly string[],
): { caller: Caller; isOperator: boolean; sender?: string } => {
  if (!isOperator) return { caller: { by: 'service', channel: 'service' }, isOperator, sender: senderIn(header(REQUEST_INFO)) }
  const channel = channels.find((known) => known === header(CallerHeaders.channel)) ?? 'service'
  return { caller: { by: header(CallerHeaders.by).slice(0, 200) || 'operator', channel }, isOperator }
}

const fitting = async (blobs: Blobs, answer: object): Promise<string> => {
  const text = JSON.stringify(answer)
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_ANSWER) return text
  return JSON.stringify({ truncated: true, bytes, reference: await blobs.put(plainly(text), 'application/json') })
}

const fail = (message: ServiceMsg, fault: RequestFault): void => {
  const description = plainly(fault.faults[0] ?? 'failed')
    .replace(/[\r\n]+/g, ' ')
    .slice(0, 200)
  message.respondError(fault.code, description, markedFor(JSON.stringify({ faults: fault.faults }), markOf(message)))
}

const markOf = (message: ServiceMsg): string => message.headers?.get(MARK_HEADER) ?? ''
