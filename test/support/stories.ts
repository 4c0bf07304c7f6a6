import { faultsOf } from '../../bus/envelope.ts'
import { noted } from '../../bus/noted-steps.ts'
import { foldStory } from '../../bus/story.ts'
import { catalogue, type EventType } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { demandedSteps } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import type { Facts, Given } from './facts.ts'

/** The functions whose word counts, by what they say. */
const givers = new Map<EventType, string>([
  ['code.written', 'write-code'],
  ...demandedSteps.map(({ step, giver }) => [`${step}.passed`, giver] as const),
])
const BEGINNING = Date.parse('2026-01-01T10:00:00.000Z')

/** The data as the catalogue's schema gives it, and as it is stored. Throws with every fault. */
export const parsed = (type: EventType, data: unknown): unknown => {
  const result = catalogue[type].data.safeParse(noted(data))
  if (!result.success) throw new Error(`${type} has data that the catalogue refuses: ${faultsOf(result.error).join('; ')}`)
  return result.data
}

/** Facts as the stream holds them: one sequence over all stories, a second between two of them. */
export const factsOf = (facts: Facts): Fact[] =>
  (facts.flat(10) as Given[]).map(({ type, data, id = 'task-1', time, source, causedBy }, index) => {
    const sequence = index + 1
    return {
      id: `event-${sequence}`,
      type,
      subject: id,
      source: source ?? givers.get(type) ?? 'test',
      causedBy: causedBy ?? `event-${index}`,
      hops: index,
      sequence,
      time: time ?? new Date(BEGINNING + index * 1000).toISOString(),
      data: parsed(type, data),
      // Its schema has just parsed the data of this type.
    } as Fact
  })

/** The task of an id, folded by the real fold. */
export const taskOf = (facts: readonly Fact[], id = 'task-1'): Task =>
  foldStory(
    taskStory,
    id,
    facts.filter(({ subject }) => subject === id),
  ).state

/** All open tasks among the facts. */
export const openTasksOf = (facts: readonly Fact[]): Task[] =>
  [...new Set(facts.filter(({ type }) => type === 'task.created').map(({ subject }) => subject))]
    .map((id) => taskOf(facts, id))
    .filter((task) => !task.end)

/** The last sequence under a filter such as `task.started.*`; 0 when there is none. */
export const lastSequenceOf = (facts: readonly Fact[], filter: string): number => {
  const wanted = filter.split('.')
  const fits = ({ type, subject }: Fact): boolean =>
    `${type}.${subject}`.split('.').every((token, index) => wanted[index] === '*' || wanted[index] === token)
  return facts.findLast(fits)?.sequence ?? 0
}
