import type { Catalogue } from './define-event.ts'

/** Where things lie: streams, subjects and ids. Subject of a fact: `<noun>.<pastParticiple>.<id>`. */

export const Streams = { events: 'EVENTS', door: 'DOOR', memory: 'MEMORY', live: 'LIVE', dead: 'DLQ', advisories: 'ADVISORIES' } as const

/** How long EVENTS has a fact, or a timer that is set. */
export const EVENTS_DAYS = 30

/** Prefix of the system's own door, where only user `cortex` may publish. */
export const SYSTEM_DOOR = 'door'

/**
 * Header of every knock at the system's own door. An answer that somebody had sent there by its reply subject has no such
 * header, and is believed no more than what comes over an open subject.
 */
export const DOOR_MARK = 'cortex-door'

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/
export const isId = (text: unknown): text is string => typeof text === 'string' && ID.test(text)

export const nounsOf = (catalogue: Catalogue): string[] => [...new Set(Object.keys(catalogue).map((type) => type.split('.')[0]!))].sort()

/** The subjects of stream EVENTS: every noun, the copies of retried deliveries and the holders of schedules. */
export const eventSubjects = (catalogue: Catalogue): string[] => [...factSubjects(catalogue), 'retry.>', 'sched.>']

/** Filters that match every fact and nothing else. */
export const factSubjects = (catalogue: Catalogue): string[] => nounsOf(catalogue).map((noun) => `${noun}.*.*`)

/** The open subjects of the door, where anyone on the bus may publish. */
export const openDoorSubjects = (catalogue: Catalogue): string[] =>
  Object.entries(catalogue)
    .filter(([, definition]) => definition.door)
    .map(([type]) => type)

/** Whether a subject is one of the door's: the system's own, or an open one, which has two tokens where a fact has three. */
export const isDoorSubject = (subject: string): boolean => subject.startsWith(`${SYSTEM_DOOR}.`) || subject.split('.').length === 2

export const factSubject = (type: string, id: string): string => `${type}.${id}`
export const storyFilter = (id: string): string => `*.*.${id}`
export const retrySubject = (fn: string, id: string, eventId: string): string => `retry.${fn}.${id}.${eventId}`
export const scheduleSubject = (fn: string, id: string, eventId: string): string => `sched.${fn}.${id}.${eventId}`
export const deadSubject = (fn: string, id: string): string => `dlq.${fn}.${id}`
export const liveSubject = (id: string, fn: string, stream: string): string => `live.${id}.${fn}.${stream}`

/** Filters of what stream MEMORY keeps for ever, one a type: so the next type that is remembered overlaps none that was before. */
export const memoryFilters = (catalogue: Catalogue): string[] =>
  Object.keys(catalogue)
    .filter((type) => catalogue[type]?.remembered)
    .map((type) => `${type}.*`)
    .sort()
