import type { Logger } from 'pino'
import type { Catalogue } from './define-event.ts'
import type { FactOf } from './envelope.ts'
import { messageOf } from './errors.ts'
import { addFact, emptyStory, passOver, type Story } from './story.ts'

/** The stories of open tasks, and of those that ended lately, as facts come in. */
export interface OpenStories<C extends Catalogue> {
  readonly stories: Map<string, Story>
  /** Takes the next fact in; undefined where its story is not in memory. */
  take(fact: FactOf<C>): Story | undefined
  /** Takes note of a message under a story's subjects that is no fact. */
  passOver(id: string, sequence: number): void
  /** Resolves when no story (or not this one) is being read any more. */
  loaded(id?: string): Promise<unknown>
}

/** Facts after which an ended task is open again. */
export const REOPENS = ['retried', 'resumed']
/** Ended stories kept in memory for those who still ask. */
const RECENT = 500

export const openStories = <C extends Catalogue>(coldStory: (id: string) => Promise<Story>, log: Logger): OpenStories<C> => {
  const stories = new Map<string, Story>()
  const loading = new Map<string, { facts: FactOf<C>[]; noted: Story; done: Promise<void> }>()
  const recent: string[] = []

  const retire = (id: string): void => {
    recent.push(id)
    while (recent.length > RECENT) {
      const oldest = recent.shift()!
      if (stories.get(oldest)?.task.end && !recent.includes(oldest)) stories.delete(oldest)
    }
  }

  /** A task that is not in memory any more is opened again: its story is read while later facts queue up. */
  const load = (id: string): void => {
    const [facts, noted]: [FactOf<C>[], Story] = [[], emptyStory(id)]
    const done = coldStory(id)
      .then((story) => {
        for (const fact of facts) addFact(story, fact)
        passOver(story, noted.task.sequence)
        stories.set(id, story)
      })
      .catch((error) =>
        log.error({ task: id, error: messageOf(error) }, 'a reopened task could not be read; it is read again when asked for'),
      )
      .finally(() => loading.delete(id))
    loading.set(id, { facts, noted, done })
  }

  const take = (fact: FactOf<C>): Story | undefined => {
    const pending = loading.get(fact.subject)
    if (pending) {
      pending.facts.push(fact)
      return undefined
    }
    const story = stories.get(fact.subject) ?? (fact.type === 'task.created' ? emptyStory(fact.subject) : undefined)
    if (!story) {
      if (REOPENS.some((verb) => fact.type === `task.${verb}`)) load(fact.subject)
      return undefined
    }
    stories.set(fact.subject, story)
    const open = !story.task.end
    addFact(story, fact)
    if (open && story.task.end) retire(fact.subject)
    return story
  }

  return {
    stories,
    take,
    passOver: (id, sequence) => {
      for (const noted of [loading.get(id)?.noted, stories.get(id)]) if (noted) passOver(noted, sequence)
    },
    loaded: async (id) => (id === undefined ? Promise.all([...loading.values()].map(({ done }) => done)) : loading.get(id)?.done),
  }
}
