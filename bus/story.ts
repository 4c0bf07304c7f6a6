import { evolve } from '../domain/evolve.ts'
import type { Fact } from '../domain/fact.ts'
import { initialTask, type Task } from '../domain/task.ts'
import type { Catalogue } from './define-event.ts'
import type { FactOf } from './envelope.ts'

/** One id's facts, folded, with what the runtime must know beside the task: which facts count, and who answered what. */
export interface Story {
  task: Task
  /** `ce-id`s seen: a fact counts once. */
  readonly ids: Set<string>
  /** Types of the facts that a function has stored for a cause, by `answerKey`. */
  readonly answers: Map<string, string[]>
  /** Whether it began with `task.created`: only such stories are tasks. */
  isTask: boolean
}

export const answerKey = (cause: string, fn: string): string => `${cause} ${fn}`

export const emptyStory = (id: string): Story => ({ task: initialTask(id), ids: new Set(), answers: new Map(), isTask: false })

/** A message under the story's subjects that says nothing new (a copy, no fact of ours) still moves what a guard compares. */
export const passOver = (story: Story, sequence: number): void => {
  if (sequence > story.task.sequence) story.task = { ...story.task, sequence }
}

/** Folds one more fact in; false when it was there already. */
export const addFact = <C extends Catalogue>(story: Story, fact: FactOf<C>): boolean => {
  if (story.ids.has(fact.id)) {
    passOver(story, fact.sequence)
    return false
  }
  story.ids.add(fact.id)
  const key = answerKey(fact.causedBy, fact.source)
  story.answers.set(key, [...(story.answers.get(key) ?? []), fact.type])
  if (fact.type === 'task.created') story.isTask = true
  // Types of a catalogue of one's own (tests, benchmarks) leave the state as it is: evolve answers them with the task itself.
  story.task = evolve(story.task, fact as unknown as Fact)
  return true
}

export const foldStory = <C extends Catalogue>(id: string, facts: Iterable<FactOf<C>>): Story => {
  const story = emptyStory(id)
  for (const fact of facts) addFact(story, fact)
  return story
}

/** Whether `fn` has answered `cause`: a fact of its own that is not one of those it records on the way. */
export const hasAnswered = (story: Story, cause: string, fn: string, except: readonly string[]): boolean =>
  (story.answers.get(answerKey(cause, fn)) ?? []).some((type) => !except.includes(type))
