import { captureEvidence } from './capture-evidence.ts'
import { extractAnswer } from './extract-answer.ts'
import { type Choice, downgrade } from './model-names.ts'
import type { Stage } from './stage.ts'
import { type TurnAnswer, TurnFault, type TurnHooks } from './types.ts'
import { type Sent, watchAnswer } from './watch-answer.ts'

type Hooks = Pick<TurnHooks, 'sent' | 'partial' | 'thinking' | 'deadlineMs'>

/** Waits for the answer of a sent turn and hands it over with its evidence. Throws TurnFault (sent: yes). */
export const completeTurn = async (
  stage: Stage,
  sent: Sent,
  hooks: Hooks,
  prepared: { preparedMs: number; insertMs: number; choice?: Choice },
): Promise<TurnAnswer> => {
  const watched = await watchAnswer(stage, sent, hooks)
  const answer = await extractAnswer(stage, sent, watched)
  const shown = (await stage.look()).modelShown
  const { choice, preparedMs, insertMs } = prepared
  const fault = choice && downgrade(choice, { named: watched.turn.model, shown }, stage.pack.model.lesser)
  if (fault) throw new TurnFault('MODEL_UNAVAILABLE', `${fault}: the answer is of a model that was not asked for`, { sent: 'yes' })
  const model = watched.turn.model || shown
  return {
    ...answer,
    ...(await captureEvidence(stage)),
    ...(model === '' ? {} : { model }),
    place: watched.place,
    degraded: watched.degraded,
    notes: stage.notes,
    timings: { preparedMs, insertMs, thinkingMs: watched.thinkingMs, answerMs: watched.answerMs },
  }
}
