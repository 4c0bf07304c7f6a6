/** What a function hears by its durable, and what it must be given because it did not listen yet. Pure. */

/** The types a durable hears, each with the sequence of EVENTS after which it hears it by itself; 0 for all there is. */
export type Hearing = Readonly<Record<string, number>>

/** What a durable's metadata and filters tell of it. */
export interface Known {
  readonly hears: Hearing
  /** Types whose facts of before have not been given to it yet. */
  readonly owed: readonly string[]
  /** Its function was gone for a while: what came meanwhile, others may have taken further. */
  readonly left: boolean
}

export interface HearingPlan {
  readonly hears: Hearing
  readonly owed: readonly string[]
}

/**
 * What a durable that exists hears from now on. Types that are new to it, or that it left alone for a while, count from `last`,
 * the end of the stream: what of them came before is owed, where an open story still needs it.
 */
export const planHearing = (on: readonly string[], known: Known, last: number): HearingPlan => {
  const kept = known.left ? [] : on.filter((type) => known.hears[type] !== undefined)
  const added = on.filter((type) => !kept.includes(type))
  return {
    hears: Object.fromEntries(on.map((type) => [type, kept.includes(type) ? (known.hears[type] ?? 0) : last])),
    owed: [...kept.filter((type) => known.owed.includes(type)), ...added],
  }
}

/** What a durable hears that begins after sequence `from` where there was none: with 0 everything, and nothing is owed. */
export const newHearing = (on: readonly string[], from: number): HearingPlan => ({
  hears: Object.fromEntries(on.map((type) => [type, from])),
  owed: from > 0 ? on : [],
})

/** A message of a story by its headers: enough to tell what led to what, also of facts that only a newer version knows. */
export interface FactHead {
  readonly id: string
  readonly type: string
  readonly causedBy: string
  /** Sequence in EVENTS; 0 where it has left the stream. */
  readonly sequence: number
}

export interface Missing {
  readonly hears: Hearing
  readonly owed: readonly string[]
  /** Sequence of the fact that brought the story to where it stands: what came before it is past. */
  readonly standsSince: number
  /** Whether an answer of this type leads on by itself: somebody who is there listens to it, or the function itself would give it. */
  readonly leadsOn: (type: string) => boolean
}

/**
 * The facts of an open story that a function must still be given: of a type that is owed to it, from before it listened, stored
 * since the story is where it stands, and not answered by a fact that leads on. `story` is in the order of the stream.
 */
export const missedFacts = <Fact extends FactHead>(story: readonly Fact[], { hears, owed, standsSince, leadsOn }: Missing): Fact[] => {
  const answered = new Set<string>()
  // From the end: an answer that nobody listens to any more leads on too, where something came of it.
  for (const { id, type, causedBy } of story.toReversed()) if (leadsOn(type) || answered.has(id)) answered.add(causedBy)
  return story.filter(
    ({ id, type, sequence }) =>
      owed.includes(type) && sequence > 0 && sequence >= standsSince && sequence <= (hears[type] ?? 0) && !answered.has(id),
  )
}
