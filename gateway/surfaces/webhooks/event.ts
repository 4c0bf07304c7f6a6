import { createHash } from 'node:crypto'
import { RequestFault } from '../../../bus/define-service.ts'
import { depthOf } from '../../../functions/intake/json-depth.ts'
import type { Source } from './source.ts'
import { fill, type Look, textOf, valueAt } from './template.ts'
import type { WebhookDelivery } from './verify.ts'

/** One thing that happened, as a sender told it; what templates see. */
export interface Item {
  /** What tells it from every other of its source. */
  readonly delivery: string
  /** Its place in the delivery. */
  readonly index: number
  readonly look: Look
}

/** Levels of lists and tables within each other; no sender needs as many. */
const DEEPEST = 100
/** Items of one delivery. */
const MOST_ITEMS = 500

/** The event of a verified delivery: JSON in UTF-8, or a form with it in `payload`, whatever its type is called. Throws `RequestFault` 400. */
export const parseEvent = ({ header, body }: WebhookDelivery): unknown => {
  const text = utf8(body)
  const isForm = header('content-type').toLowerCase().startsWith('application/x-www-form-urlencoded')
  const json = (isForm && new URLSearchParams(text).get('payload')) || text
  if (depthOf(json) > DEEPEST) throw new RequestFault(400, [`the body is nested more than ${DEEPEST} levels deep`])
  try {
    return JSON.parse(json)
  } catch {
    throw new RequestFault(400, ['the body is no JSON, nor a form with JSON in "payload"'])
  }
}

const utf8 = (body: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new RequestFault(400, ['the body is not in UTF-8'])
  }
}

/** What a delivery tells of, one by one. Throws `RequestFault` 400 when the list that the source is for is not there. */
export const itemsOf = (source: Source, delivery: WebhookDelivery, event: unknown): Item[] => {
  const named = {
    $source: source.name,
    $event: source.eventHeader ? delivery.header(source.eventHeader) : '',
    $delivery: source.deliveryHeader ? delivery.header(source.deliveryHeader) : '',
    $body: event,
  }
  const list = source.each === '' ? [event] : valueAt(event, source.each)
  if (!Array.isArray(list)) throw new RequestFault(400, [`the event has no list "${source.each}"`])
  if (list.length > MOST_ITEMS) throw new RequestFault(413, [`${list.length} items in one delivery are more than ${MOST_ITEMS}`])
  return list.map((item: unknown, index) => {
    const look: Look = (path) => valueAt(path.startsWith('$') ? named : item, path)
    return { look, index, delivery: ownId(source, look) ?? `${named.$delivery || bodyHash(delivery.body)}${source.each && ` ${index}`}` }
  })
}

/** The id that the item carries itself; undefined when a part of it is missing, so that two different ones are never taken for one. */
const ownId = ({ delivery }: Source, look: Look): string | undefined => {
  let isWhole = delivery !== ''
  const id = fill(delivery, (path) => {
    const value = look(path)
    if (textOf(value) === '') isWhole = false
    return value
  })
  return isWhole ? id : undefined
}

export const bodyHash = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')
