import type { StreamSource } from '@nats-io/jetstream'
import { Streams } from '../subjects.ts'

/**
 * The sources of MEMORY: those it has stay word for word, for a changed one is read from the beginning and stored twice. Facts
 * (`<type>.*`) that none of them brings get one source together, which keeps their order and begins with the oldest that EVENTS has.
 */
export const withSourceFor = (kept: readonly string[], there: readonly StreamSource[] = []): StreamSource[] => {
  const brought = there.flatMap(filtersOf)
  const missing = kept.filter((filter) => !brought.some((pattern) => covers(pattern, filter)))
  if (missing.length === 0) return [...there]
  return [...there, { name: Streams.events, subject_transforms: missing.map((src) => ({ src, dest: '' })) }]
}

/** What of EVENTS a source brings. */
export const filtersOf = ({ filter_subject, subject_transforms }: StreamSource): string[] =>
  filter_subject ? [filter_subject] : (subject_transforms?.map(({ src = '>' }) => src) ?? ['>'])

/** Whether all of `<noun>.<verb>.*` is under the pattern, which may be of a whole noun, or everything. */
const covers = (pattern: string, filter: string): boolean => {
  const wanted = filter.split('.')
  return pattern === '>' || pattern.split('.').every((token, index) => token === '*' || token === wanted[index])
}
