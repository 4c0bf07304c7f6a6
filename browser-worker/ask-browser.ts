import { messageOf, NotRetryable, StaleGuard } from '../bus/errors.ts'
import { storyFilter } from '../bus/subjects.ts'
import { laneOutcomes } from '../domain/catalogue/reasoning.ts'
import { noUsage } from '../domain/task.ts'
import { type AskContext, defineOrdered } from './job/ask-context.ts'
import { keepAnswer, keepDiagnosis } from './job/evidence.ts'
import { foldJob, type Job } from './job/job.ts'
import { holdUntil, watchForCancelling } from './job/patience.ts'
import { takenConversations } from './job/taken-conversations.ts'
import { heardBy } from './job/turn-hooks.ts'
import { judgeTurn, PageTrouble, type TurnOutcome } from './job/turn-outcome.ts'
import { turnRequest } from './job/turn-request.ts'
import { type KnownTurn, reattach, takeTurn } from './turn/turn.ts'
import { PageLost, type TurnAnswer, TurnFault, type TurnPlace, type TurnRequest } from './turn/types.ts'

/** For as long as the process lives: a conversation of another job is not that of a lost turn. */
const taken = takenConversations()

/** The lane of a chat in a browser tab: one job at a time in the order of arrival, each prompt sent once. */
export default defineOrdered({
  on: ['browser.asked'],
  emits: laneOutcomes,
  records: ['turn.sending', 'turn.refused', 'turn.sent'],
  effect: true,
  // What was asked before the worker's first start was not for anybody else.
  replay: 'all',
  handler: async (context) => {
    await context.state()
    const began = context.now()
    const progress = { since: false }
    for (let failures = 0; ; failures = progress.since ? 0 : failures + 1) {
      progress.since = false
      const { job, sequence } = await readJob(context)
      if (job.cancelled !== undefined && !job.sending)
        return [unanswered(context, { kind: 'unanswered', code: 'CANCELLED', reason: job.cancelled, retryable: false })]
      try {
        return [await answered(context, await turnOf(context, job, sequence, progress), began)]
      } catch (error) {
        context.signal.throwIfAborted()
        if (error instanceof StaleGuard) continue
        // No other try can help, and others wait.
        if (error instanceof NotRetryable) throw error
        const { job: after } = await readJob(context)
        const outcome = judgeTurn(error, after, failures)
        const diagnosis = await keepDiagnosis(context, error)
        const why = { outcome: outcome.kind, error: String(error).split('\n')[0], diagnosis: diagnosis?.diagnosis.key }
        context.log.warn({ job: context.event.data.job, ...why }, 'a turn broke off')
        if (outcome.park) context.services.lane.park(outcome.park)
        if (outcome.kind === 'unanswered') return [unanswered(context, outcome, diagnosis)]
      }
    }
  },
})

/** The job as the stream has it, and the last sequence of its facts: read before them, so that what comes meanwhile makes the guard stale. */
const readJob = async ({ event, history, lastSequence }: AskContext): Promise<{ job: Job; sequence: number }> => {
  const sequence = await lastSequence(storyFilter(event.data.job))
  return { job: foldJob(await history(), await history(event.data.job)), sequence }
}

/** Takes the job's turn, or finds the one that was taken; waits for the lane first. A turn that was found in its conversation is progress. */
const turnOf = async (context: AskContext, job: Job, sequence: number, progress: { since: boolean }): Promise<TurnAnswer> => {
  const { lane, settings } = context.services
  const id = context.event.data.job
  const request = await turnRequest(context)
  const deadlineMs = context.event.data.purpose === 'chat' ? context.event.data.timeoutMs : settings.deadlineMs
  const heard = heardBy(context, sequence, { conversation: request.conversation, deadlineMs })
  const sentOnce = async (place: TurnPlace): Promise<void> => {
    await heard.sent(place)
    if (place.url !== undefined) taken.take(place.url, id)
    progress.since = true
  }
  const hooks = { ...heard, sent: sentOnce }
  await lane.ready({ until: await holdUntil(context, job), signal: context.signal, onHeld: watchForCancelling(context, job) })
  const { sending, sent } = job
  return lane.use((tab) =>
    foreseen(
      sending
        ? reattach(tab, knownTurn(request, sending, { place: sent, others: taken.ofOthers(id) }), hooks)
        : takeTurn(tab, request, hooks),
    ),
  )
}

const knownTurn = (
  { prompt, files, model, effort }: TurnRequest,
  sending: NonNullable<Job['sending']>,
  { place, others }: { place: TurnPlace | undefined; others: readonly string[] },
): KnownTurn => ({
  prompt,
  place,
  conversation: sending.conversation,
  sentAt: new Date(sending.sentAt),
  ground: { ...sending, older: [...sending.older, ...others] },
  hasFiles: files.length > 0,
  ...(model === undefined ? {} : { model }),
  ...(effort === undefined ? {} : { effort }),
})

/** Whatever a gesture did not foresee is told as such. */
const foreseen = async (turn: Promise<TurnAnswer>): Promise<TurnAnswer> => {
  try {
    return await turn
  } catch (error) {
    const isKnown = error instanceof TurnFault || error instanceof PageLost || error instanceof StaleGuard || error instanceof NotRetryable
    if (isKnown) throw error
    throw new PageTrouble(messageOf(error), { cause: error })
  }
}

const answered = async (context: AskContext, turn: TurnAnswer, began: Date) => {
  const { job, purpose, lane, agent } = context.event.data
  return context.say(`${purpose}.answered`, {
    job,
    purpose,
    lane,
    agent,
    ...(turn.model ? { model: turn.model } : {}),
    ...(await keepAnswer(context.blobs, turn)),
    usage: noUsage,
    durationMs: context.now().getTime() - began.getTime(),
    ...(turn.place.url ? { conversation: turn.place.url } : {}),
    ...(turn.mayBeCut ? { mayBeCut: true } : {}),
    notes: turn.notes,
    timings: turn.timings,
  })
}

const unanswered = ({ event, say }: AskContext, outcome: Extract<TurnOutcome, { kind: 'unanswered' }>, evidence?: Evidence) => {
  const { job, purpose, lane, agent } = event.data
  const { code, reason, retryable, until, laneState } = outcome
  return say(`${purpose}.unanswered`, {
    job,
    purpose,
    lane,
    agent,
    code,
    reason,
    retryable,
    ...(until ? { until: until.toISOString() } : {}),
    ...(laneState ? { laneState } : {}),
    ...(evidence ? { evidence } : {}),
    usage: noUsage,
    request: event.data,
  })
}

type Evidence = Awaited<ReturnType<typeof keepDiagnosis>>
