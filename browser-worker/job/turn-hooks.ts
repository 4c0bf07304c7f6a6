import { messageOf } from '../../bus/errors.ts'
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
  const { event, record, now, live, services, signal } = context
  const { job: id, prompt } = event.data
  const pieces = livePieces()
  let telling = Promise.resolve()
  // Whole blocks are told, a second apart at least: in none of them is half a secret.
  const tellMasked = async (markdown: string): Promise<void> => {
    const { text } = await services.secrets.mask(markdown)
    for (const piece of pieces(text)) live('partial', JSON.stringify(piece))
  }
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
      telling = telling
        .then(() => tellMasked(markdown))
        .catch((error) => context.log.warn({ error: messageOf(error) }, 'what is being written could not be looked at, and is not told'))
    },
    thinking: (label) => live('thinking', label.slice(0, 200)),
    signal,
    deadlineMs: turn.deadlineMs,
  }
}
