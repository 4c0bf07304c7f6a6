import type { catalogue } from './catalogue/index.ts'
import type { FactOf } from './envelope.ts'

/** A fact of the product's catalogue, or the union of all. */
export type Fact<T extends keyof typeof catalogue = keyof typeof catalogue> = T extends keyof typeof catalogue
  ? FactOf<typeof catalogue, T>
  : never
