import type { z } from 'zod'

/** One kind of fact: what it means, what it carries, who may hear it. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  /** What it means that this happened, in a sentence. */
  readonly summary: string
  /** Version of the data; a breaking change is the next number and one `upcast`. */
  readonly v: number
  /** Transform-free schema: what is written is what is read. Unknown keys are tolerated on reading. */
  readonly data: Data
  /** True when it may be asked for through an open two-token subject of the door. */
  readonly door?: true
  /** Who it is for when no function needs it, e.g. "views". */
  readonly audience?: string
  /** Who emits it when no function does, e.g. "runtime". */
  readonly emitter?: string
  /** True when stream MEMORY keeps it for ever, after EVENTS has forgotten it. */
  readonly remembered?: true
  /** True when it counts only as this system's own, by its seal. */
  readonly sealed?: true
  /** From an older version's data to the next one's. */
  readonly upcast?: Readonly<Record<number, (old: unknown) => unknown>>
}

export type Catalogue = Readonly<Record<string, EventDefinition>>

/** Declares one event; `v` starts at 1. */
export const defineEvent = <const Data extends z.ZodType>(
  definition: Omit<EventDefinition<Data>, 'v'> & { v?: number },
): EventDefinition<Data> => ({ v: 1, ...definition })
