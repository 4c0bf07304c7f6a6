import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'
import { rateLimited } from '../page/classify-page.ts'
import { stableUrl } from '../page/place.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { type CommitProof, commitProof } from './commit-proof.ts'
import { findTurn, isTraceable } from './find-turn.ts'
import { laneFault } from './lane-fault.ts'
import { closeKnownDialogs } from './preflight.ts'
import type { Stage } from './stage.ts'
import { type TurnCode, TurnFault, type TurnGround, type TurnPlace } from './types.ts'

const lookMs = 150
/** A refusal must be seen this often in a row: a prompt may still be on its way under an alert. */
const surely = 4
/** And this often while the send button cannot be pressed, which is so on a page that sends just now. */
const surelyWhileDisabled = 30

/** A prompt that was put on its way. */
interface SentPrompt {
  /** The page right before the send. */
  readonly before: PageSnapshot
  readonly text: string
  readonly conversation: ConversationWish
  readonly ground: TurnGround
  readonly hasFiles: boolean
}

/**
 * Waits until the sent prompt is seen in the conversation, and gives its place. Throws TurnFault: the page refused it (`refused` is told
 * first), or OUTCOME_UNKNOWN when nothing proves it in time and no trace of it is found. It never sends again.
 */
export const proveCommit = async (
  stage: Stage,
  { before, text, conversation, ground, hasFiles }: SentPrompt,
  refused: (code: TurnCode, reason: string) => Promise<void>,
): Promise<TurnPlace> => {
  const trace = { conversation, hasFiles, ...ground }
  let refusals = 0
  for (const end = Date.now() + stage.pack.timing.commitMs; Date.now() < end; ) {
    const now = await stage.look()
    const url = stableUrl(stage.pack, stage.home, now.url)
    const proof = commitProof(before, now, text, stage.pack, url !== undefined)
    if (proof.kind === 'committed') return placeOf(proof, url)
    refusals = proof.kind === 'refused' ? refusals + 1 : 0
    if (proof.kind === 'refused' && refusals >= (now.send.present && !now.send.enabled ? surelyWhileDisabled : surely)) {
      // A failure may have hit the page's answer to a prompt that did arrive: only its absence from the conversations tells.
      const isSure = proof.code !== 'ANSWER_FAILED' || isTraceable(stage, trace)
      const found = proof.code === 'ANSWER_FAILED' && isSure ? await findTurn(stage, trace, text) : undefined
      if (found) return found
      if (isSure) throw await refusal(stage, proof, now, refused)
    }
    const state = stage.stateOf(now)
    if (state.state === 'auth_required' || state.state === 'challenge') throw laneFault(state, 'unknown')
    await stage.pause(lookMs, 'unknown')
  }
  const found = isTraceable(stage, trace) ? await findTurn(stage, trace, text) : undefined
  if (found) return found
  throw new TurnFault('OUTCOME_UNKNOWN', 'the prompt was sent and is not seen in any conversation', { sent: 'unknown' })
}

const placeOf = ({ turn }: Extract<CommitProof, { kind: 'committed' }>, url: string | undefined): TurnPlace => ({
  baseline: turn.index,
  ...(turn.id ? { turnId: turn.id } : {}),
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
  if (code === 'LANE_UNAVAILABLE') return laneFault(rateLimited(words, new Date(now.at), stage.pack), 'no')
  return new TurnFault(code, reason, { sent: 'no', retryable: code === 'ANSWER_FAILED' })
}
