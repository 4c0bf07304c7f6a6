import type { z } from 'zod'
import { defineEvent as defineBusEvent, type EventDefinition } from '../bus/define-event.ts'

/** An event of this product: it also says in words what one such fact means. */
export type WordedEvent<Data extends z.ZodType = z.ZodType> = EventDefinition<Data> & {
  /** One short line about one such fact, for people. Pure. A method, so that entries of all kinds fit one type. */
  words(data: z.output<Data>): string
}

/** Declares one event; `v` starts at 1. */
export const defineEvent = <const Data extends z.ZodType>(
  definition: Omit<WordedEvent<Data>, 'v'> & { readonly v?: number },
): WordedEvent<Data> => ({ ...defineBusEvent<Data>(definition), words: definition.words })
