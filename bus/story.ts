import type { Catalogue } from './define-event.ts'
import type { FactOf } from './envelope.ts'
import type { StoryModel, StoryState } from './story-model.ts'

/** One id's facts, folded, with what the runtime must know beside the state: which facts count, and who answered what. */
export interface Story<State extends StoryState> {
  state: State
  /** `ce-id`s seen: a fact counts once. */
  readonly ids: Set<string>
  /** Types of the facts that a function has stored for a cause, by `answerKey`. */
  readonly answers: Map<string, string[]>
  /** Whether it began as its model says: only such stories are followed while they are open. */
  hasBegun: boolean
}

export const answerKey = (cause: string, fn: string): string => `${cause} ${fn}`

export const emptyStory = <S extends StoryState>(model: StoryModel<S>, id: string): Story<S> => ({
  state: model.initial(id),
  ids: new Set(),
  answers: new Map(),
  hasBegun: false,
})

/** A message under the story's subjects that says nothing new (a copy, no fact of ours) still moves what a guard compares. */
export const passOver = <S extends StoryState>(story: Story<S>, sequence: number): void => {
  if (sequence > story.state.sequence) story.state = { ...story.state, sequence }
}

/** Folds one more fact in; false when it was there already. */
export const addFact = <C extends Catalogue, S extends StoryState>(model: StoryModel<S>, story: Story<S>, fact: FactOf<C>): boolean => {
  if (story.ids.has(fact.id)) {
    passOver(story, fact.sequence)
    return false
  }
  story.ids.add(fact.id)
  const key = answerKey(fact.causedBy, fact.source)
  story.answers.set(key, [...(story.answers.get(key) ?? []), fact.type])
  if (fact.type === model.begins) story.hasBegun = true
  story.state = model.evolve(story.state, fact)
  return true
}

export const foldStory = <C extends Catalogue, S extends StoryState>(
  model: StoryModel<S>,
  id: string,
  facts: Iterable<FactOf<C>>,
): Story<S> => {
  const story = emptyStory(model, id)
  for (const fact of facts) addFact(model, story, fact)
  return story
}

/** Whether `fn` has answered `cause`: a fact of its own that is not one of those it records on the way. */
export const hasAnswered = (
  { answers }: Pick<Story<StoryState>, 'answers'>,
  cause: string,
  fn: string,
  except: readonly string[],
): boolean => (answers.get(answerKey(cause, fn)) ?? []).some((type) => !except.includes(type))
