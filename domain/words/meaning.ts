import { plainly } from '../../bus/next-steps.ts'
import { marked } from '../../bus/noted-steps.ts'
import { catalogue, type EventType } from '../catalogue/index.ts'

/** An event as it comes from a service. */
export interface ToldEvent {
  readonly type: string
  readonly data: unknown
}

/** One short line in words about an event; '' for one this program does not know (a newer system's). Pure. */
export const meaningOf = (event: ToldEvent): string => plainly(markedMeaningOf(event))

/** The same with its next steps marked. Pure. */
export const markedMeaningOf = ({ type, data }: ToldEvent): string => {
  if (!isKnown(type)) return ''
  const parsed = catalogue[type].data.safeParse(data)
  // Each entry takes the data of its own type, which has just been held against that type's schema.
  return parsed.success
    ? catalogue[type]
        .words(marked(parsed.data) as never)
        .replace(/\s+/g, ' ')
        .trim()
    : ''
}

const isKnown = (type: string): type is EventType => Object.hasOwn(catalogue, type)
