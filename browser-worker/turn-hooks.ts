import type { AskContext } from './ask-context.ts'
import type { Job } from './job.ts'
import { livePieces } from './live-pieces.ts'
import type { TurnHooks, TurnRequest } from './turn/types.ts'

/** Makes facts and live output of what a turn tells on its way. */
export const heardBy = (
  context: AskContext,
  job: Job,
  turn: { conversation: TurnRequest['conversation']; deadlineMs: number },
): TurnHooks => {
  const { event, record, now, live, signal } = context
  const { job: id, prompt } = event.data
  const pieces = livePieces()
  return {
    // The guard is this job's turn alone: two workers cannot both begin to send.
    sending: () =>
      record(
        'turn.sending',
        { promptHash: prompt.sha256, conversation: turn.conversation, sentAt: now().toISOString() },
        { id, guard: { filter: `turn.*.${id}`, sequence: job.sequence } },
      ),
    refused: (code, reason) => record('turn.refused', { code, reason }, { id }),
    sent: (place) => record('turn.sent', place, { id }),
    partial: (markdown) => {
      for (const piece of pieces(markdown)) live('partial', JSON.stringify(piece))
    },
    thinking: (label) => live('thinking', label.slice(0, 200)),
    signal,
    deadlineMs: turn.deadlineMs,
  }
}
