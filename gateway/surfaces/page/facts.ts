import { catalogue, type DataOf, type EventType } from '../../../domain/catalogue/index.ts'
import type { StoryAnswer } from '../../answers.ts'

export type StoryFact = Pick<StoryAnswer['events'][number], 'id' | 'type' | 'source' | 'time' | 'sequence' | 'data'>

/** Names of everything that may stand in a story: what a page that follows one listens to. */
export const factTypes: readonly string[] = Object.keys(catalogue)

/** The data of a fact if it is one of this type, held against its schema. */
export const dataOf = <T extends EventType>(fact: Pick<StoryFact, 'type' | 'data'>, type: T): DataOf<T> | undefined =>
  // The schema of a type gives that type's data; the catalogue's own type cannot say so for a name that varies.
  fact.type === type ? (catalogue[type].data.safeParse(fact.data).data as DataOf<T> | undefined) : undefined
