import { randomBytes } from 'node:crypto'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayContext, Surface, SurfaceNeeds } from '../../http/gateway-app.ts'
import type { Operations } from '../../operations.ts'
import { bodyHash, type Item, itemsOf, parseEvent } from './event.ts'
import { mappingFor, whyIgnored, wishOf } from './mapping.ts'
import type { Source } from './source.ts'
import { verifyDelivery, type WebhookDelivery } from './verify.ts'

/** What became of one thing that a delivery told of. */
type Outcome =
  | { readonly outcome: 'created' | 'repeated'; readonly task_id: string }
  | { readonly outcome: 'differs' | 'refused'; readonly why: string }
  | { readonly outcome: 'ignored'; readonly why: string }

/** `POST /hooks/<name>`: events of other programs that the configuration makes tasks of. */
export const webhookSurface =
  ({ sources }: { sources: readonly Source[] }): Surface =>
  (app, around) => {
    const byName = new Map(sources.map((source) => [source.name, source]))
    app.post('/hooks/:name', async (context) => {
      const delivery = await deliveryOf(context)
      const source = authentic(byName.get(context.req.param('name')), delivery, around.now())
      const event = parseEvent(delivery)
      if (source.pingEvent && delivery.header(source.eventHeader ?? '') === source.pingEvent) return context.json({ pong: true })
      const operations = around.operations({ name: `webhook:${source.name}` }, 'webhook')
      const items = itemsOf(source, delivery, event)
      const outcomes = await Promise.all(items.map((item) => submitItem(operations, source, item, delivery)))
      tell(around, context, source, outcomes)
      return context.json(answerOf(outcomes), statusOf(source, outcomes))
    })
  }

const deliveryOf = async (context: GatewayContext): Promise<WebhookDelivery> => ({
  header: (name) => context.req.header(name) ?? '',
  body: new Uint8Array(await context.req.arrayBuffer()),
})

/** Stands in for a source that is not there, so that nobody learns by the time it takes which names there are. */
const nobody: Source = {
  name: '',
  proof: { kind: 'standard' },
  keys: [{ kind: 'secret', bytes: randomBytes(32) }],
  windowMs: 0,
  delivery: '',
  each: '',
  tasks: [],
}

/** The source, if the delivery is its own. Throws `RequestFault` 404, 401 or 400 and says no more than needed. */
const authentic = (source: Source | undefined, delivery: WebhookDelivery, now: Date): Source => {
  const authenticity = verifyDelivery(source ?? nobody, delivery, now)
  if (!source) throw new RequestFault(404, ['there is no such hook'])
  if (authenticity === 'forged') throw new RequestFault(401, ['this delivery is not signed as it must be'])
  if (authenticity === 'stale')
    throw new RequestFault(400, [`the timestamp of this delivery is more than ${source.windowMs / 1000} s from our clock, or missing`])
  return source
}

/** Where a delivery's id is not signed, the same body under another id within a day is told from a new one by this key. */
const bodyKey = (source: Source, delivery: WebhookDelivery, item: Item): { key?: string } => {
  const { proof } = source
  const isSigned = proof.kind === 'standard' || (proof.kind === 'hmac' && /\{\{\s*id\s*\}\}/.test(proof.content))
  return isSigned || source.delivery !== '' || !source.deliveryHeader ? {} : { key: `${bodyHash(delivery.body)} ${item.index}` }
}

const submitItem = async (operations: Operations, source: Source, item: Item, delivery: WebhookDelivery): Promise<Outcome> => {
  const mapping = mappingFor(source, item)
  if (!mapping) return { outcome: 'ignored', why: whyIgnored(source, item) }
  try {
    const { id, repeated } = await operations.submit({ ...wishOf(source, mapping, item), ...bodyKey(source, delivery, item) })
    return { outcome: repeated ? 'repeated' : 'created', task_id: id }
  } catch (error) {
    // What the sender may try again is a fault of the whole delivery: the same ids make the same tasks.
    if (!(error instanceof RequestFault) || ![400, 409].includes(error.code)) throw error
    return { outcome: error.code === 409 ? 'differs' : 'refused', why: error.faults.join('; ') }
  }
}

const answerOf = (outcomes: readonly Outcome[]) => ({
  task_ids: outcomes.flatMap((one) => ('task_id' in one ? [one.task_id] : [])),
  items: outcomes,
})

/** 202 for tasks, 200 for nothing to do. Only where a delivery is one event does its refusal become the answer's status. */
const statusOf = ({ each }: Source, outcomes: readonly Outcome[]): 200 | 202 | 400 | 409 => {
  const are = (...kinds: Outcome['outcome'][]): boolean => outcomes.some(({ outcome }) => kinds.includes(outcome))
  if (are('created', 'repeated')) return 202
  if (are('refused')) return 400
  return are('differs') && each === '' ? 409 : 200
}

/** What a sender may not notice: its id with other content, and a mapping that makes no right task. */
const tell = (around: SurfaceNeeds, context: GatewayContext, source: Source, outcomes: readonly Outcome[]): void => {
  for (const one of outcomes)
    if (one.outcome === 'differs' || one.outcome === 'refused')
      around.log(`an event of a webhook made no task: ${one.why}`, { request: context.get('requestId'), source: source.name })
}
