import type { Fact } from '../../domain/fact.ts'
import { type Phase, statusOf } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'

/** What a receiver reads: a Standard Webhook's body of less than 20 kB. */

export type Told = Fact<'task.completed' | 'task.failed' | 'task.escalated' | 'task.cancelled' | 'gate.opened'>

export interface Payload {
  type: string
  timestamp: string
  data: Record<string, unknown>
}

/** Bytes of JSON that the parts may have; all of them, with the rest, stay below 20 kB. */
const TITLE = 1000
const REASON = 2000
const ANSWER = 8000
const FILES = 4000
const METADATA = 2000

/** The event and its task in the words of our API; what is too long is cut, and `truncated` says so. Pure. */
export const payloadOf = (event: Told, task: Task): Payload => {
  const { created } = task
  const metadata = created?.metadata ?? {}
  const data = {
    task_id: task.id,
    title: cut(created?.title ?? task.id, TITLE),
    category: created?.category,
    priority: task.priority,
    project: created?.project,
    source: created?.source,
    ...about(event, task),
    ...(jsonBytes(metadata) <= METADATA ? { metadata } : { truncated: true }),
  }
  // What is undefined is not there when it has been JSON once, and so is not in the fact either.
  return { type: event.type, timestamp: event.time, data: JSON.parse(JSON.stringify(data)) }
}

const about = (event: Told, task: Task): Record<string, unknown> => {
  const phase = LEADS_TO[event.type]
  const at = { status: statusOf(phase), phase }
  switch (event.type) {
    case 'task.completed': {
      const { status } = at
      const { answer, files, ...outcome } = event.data.outcome
      const shown = answer === undefined ? undefined : cut(answer, ANSWER)
      const listed = fitting(files, FILES)
      const isCut = shown !== answer || listed.length < files.length
      return { status, outcome: { ...outcome, answer: shown, files: listed }, ...(isCut && { truncated: true }) }
    }
    case 'task.failed':
    case 'task.escalated':
      return { ...at, class: event.data.class, reason: cut(event.data.reason, REASON) }
    case 'task.cancelled':
      return { ...at, by: event.data.by, reason: cut(event.data.reason, REASON) }
    case 'gate.opened': {
      const plan = task.plan?.planHash === event.data.planHash ? task.plan : undefined
      const { planHash: plan_hash, expiresAt: expires_at } = event.data
      return { ...at, plan_hash, expires_at, summary: plan && cut(plan.summary, REASON), steps: plan?.steps }
    }
  }
}

const LEADS_TO: Readonly<Record<Told['type'], Phase>> = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.escalated': 'escalated',
  'task.cancelled': 'cancelled',
  'gate.opened': 'gate',
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** The beginning of a text that takes so many bytes as JSON, which escapes some of it. */
const cut = (text: string, maxBytes: number): string => {
  if (jsonBytes(text) <= maxBytes) return text
  let shorter = text
  while (jsonBytes(shorter) > maxBytes - 8) shorter = shorter.slice(0, Math.floor((shorter.length * (maxBytes - 8)) / jsonBytes(shorter)))
  return `${shorter.toWellFormed()}…`
}

/** The first texts of a list that take so many bytes together. */
const fitting = (texts: readonly string[], maxBytes: number): string[] => {
  let bytes = 0
  const end = texts.findIndex((text) => {
    bytes += jsonBytes(text) + 1
    return bytes > maxBytes
  })
  return texts.slice(0, end < 0 ? texts.length : end)
}
