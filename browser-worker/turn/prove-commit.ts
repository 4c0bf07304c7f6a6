import { rateLimited } from '../page/classify-page.ts'
import { stableUrl } from '../page/place.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { type CommitProof, commitProof } from './commit-proof.ts'
import { laneFault } from './lane-fault.ts'
import { closeKnownDialogs } from './preflight.ts'
import type { Stage } from './stage.ts'
import { type TurnCode, TurnFault, type TurnPlace } from './types.ts'

const lookMs = 150
/** A refusal must be seen this often in a row: a prompt may still be on its way under an alert. */
const surely = 4

/**
 * Waits until the sent prompt is seen in the conversation, and gives its place. Throws TurnFault: the page refused it (`refused` is told
 * first), or OUTCOME_UNKNOWN when nothing proves it in time. It never sends again.
 */
export const proveCommit = async (
  stage: Stage,
  before: PageSnapshot,
  text: string,
  refused: (code: TurnCode, reason: string) => Promise<void>,
): Promise<TurnPlace> => {
  let refusals = 0
  for (const end = Date.now() + stage.pack.timing.commitMs; Date.now() < end; ) {
    const now = await stage.look()
    const url = stableUrl(stage.pack, stage.home, now.url)
    const proof = commitProof(before, now, text, stage.pack, url !== undefined)
    if (proof.kind === 'committed') return placeOf(proof, before, url)
    refusals = proof.kind === 'refused' ? refusals + 1 : 0
    if (proof.kind === 'refused' && refusals >= surely) throw await refusal(stage, proof, now, refused)
    const state = stage.stateOf(now)
    if (state.state === 'auth_required' || state.state === 'challenge') throw laneFault(state, 'unknown')
    await stage.pause(lookMs, 'unknown')
  }
  throw new TurnFault(
    'OUTCOME_UNKNOWN',
    `the prompt was not seen in the conversation within ${stage.pack.timing.commitMs / 1000} s of its send`,
    {
      sent: 'unknown',
    },
  )
}

const placeOf = ({ turn }: Extract<CommitProof, { kind: 'committed' }>, before: PageSnapshot, url: string | undefined): TurnPlace => ({
  baseline: before.turns.length,
  ...(turn?.id ? { turnId: turn.id } : {}),
  ...(url === undefined ? {} : { url }),
})

const refusal = async (
  stage: Stage,
  { code, words }: Extract<CommitProof, { kind: 'refused' }>,
  now: PageSnapshot,
  refused: (code: TurnCode, reason: string) => Promise<void>,
): Promise<TurnFault> => {
  const reason = `the page refused the prompt: ${words.slice(0, 200)}`
  await refused(code, reason)
  await closeKnownDialogs(stage)
  if (code === 'LANE_UNAVAILABLE') return laneFault(rateLimited(words, new Date(now.at)), 'no')
  return new TurnFault(code, reason, { sent: 'no', retryable: code === 'ANSWER_FAILED' })
}
