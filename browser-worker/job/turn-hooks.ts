import { storyFilter } from '../../bus/subjects.ts'
import type { TurnHooks, TurnRequest } from '../turn/types.ts'
import type { AskContext } from './ask-context.ts'
import { livePieces } from './live-pieces.ts'

/** A lost turn is looked for among the newest conversations: older ones than these need not be told apart. */
const MOST_OLDER = 60
/** Of a long conversation the newest turns are enough. */
const MOST_TURNS = 60

/** Makes facts and live output of what a turn tells on its way. `sequence` is the last of the job's facts when it was decided to send. */
export const heardBy = (
  context: AskContext,
  sequence: number,
  turn: { conversation: TurnRequest['conversation']; deadlineMs: number },
): TurnHooks => {
  const { event, record, now, live, signal } = context
  const { job: id, prompt } = event.data
  const pieces = livePieces()
  let sentAt = ''
  return {
    // The guard is everything about this job: two workers cannot both begin to send, nor is sent what was cancelled just now.
    sending: ({ older, turnIds, ...ground }) => {
      sentAt = now().toISOString()
      return record(
        'turn.sending',
        {
          promptHash: prompt.sha256,
          conversation: turn.conversation,
          sentAt,
          ...ground,
          older: older.slice(0, MOST_OLDER),
          turnIds: turnIds.slice(-MOST_TURNS),
        },
        { id, guard: { filter: storyFilter(id), sequence } },
      )
    },
    // With the send it belongs to: the same refusal of another one is another fact.
    refused: (code, reason) => record('turn.refused', { code, reason, sentAt }, { id }),
    sent: (place) => record('turn.sent', place, { id }),
    partial: (markdown) => {
      for (const piece of pieces(markdown)) live('partial', JSON.stringify(piece))
    },
    thinking: (label) => live('thinking', label.slice(0, 200)),
    signal,
    deadlineMs: turn.deadlineMs,
  }
}
