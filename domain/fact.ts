import type { FactOf } from '../bus/envelope.ts'
import type { catalogue } from './catalogue/index.ts'

/** A fact of the product's catalogue, or the union of all. */
export type Fact<T extends keyof typeof catalogue = keyof typeof catalogue> = T extends keyof typeof catalogue
  ? FactOf<typeof catalogue, T>
  : never
