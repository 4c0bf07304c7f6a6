import { captureEvidence } from './capture-evidence.ts'
import { markdownOf, readRendered } from './extract-answer.ts'
import { type Choice, downgrade, otherEffort } from './model-names.ts'
import type { Sent } from './sent-turn.ts'
import type { Stage } from './stage.ts'
import { type TurnAnswer, TurnFault, type TurnHooks } from './types.ts'
import { watchAnswer } from './watch-answer.ts'

type Hooks = Pick<TurnHooks, 'sent' | 'partial' | 'thinking' | 'deadlineMs'>

/** Waits for the answer of a sent turn and hands it over with its evidence. Throws TurnFault (sent: yes). */
export const completeTurn = async (
  stage: Stage,
  sent: Sent,
  hooks: Hooks,
  prepared: { preparedMs: number; insertMs: number; choice?: Choice; effort?: string },
): Promise<TurnAnswer> => {
  const watched = await watchAnswer(stage, sent, hooks)
  const rendered = await readRendered(stage, sent, watched)
  const { html, text, modelShown: shown } = rendered
  const { choice, effort, preparedMs, insertMs } = prepared
  const named = watched.turn.model
  const { lesser, effortLevels } = stage.pack.model
  const fault = (choice && downgrade(choice, { named, shown }, lesser)) ?? (effort && otherEffort(effort, { named, choice }, effortLevels))
  if (fault) throw new TurnFault('MODEL_UNAVAILABLE', `${fault}: the answer is of a model that was not asked for`, { sent: 'yes' })
  const model = named || shown
  // The copy action presses a button, which may change the page: all that is only looked at comes before it.
  const evidence = await captureEvidence(stage)
  const readings = await markdownOf(stage, sent, rendered)
  return {
    ...readings,
    html,
    text: text || readings.markdown,
    ...evidence,
    ...(model === '' ? {} : { model }),
    place: watched.place,
    degraded: watched.degraded,
    ...(watched.mayBeCut ? { mayBeCut: true } : {}),
    notes: stage.notes,
    timings: { preparedMs, insertMs, thinkingMs: watched.thinkingMs, answerMs: watched.answerMs },
  }
}
