import type { PageSnapshot } from '../page/snapshot.ts'
import { attachFiles } from './attach-files.ts'
import { chooseEffort, chooseModel } from './choose-model.ts'
import { completeTurn } from './complete-turn.ts'
import { insertPrompt } from './insert-prompt.ts'
import { laneFault } from './lane-fault.ts'
import type { Choice } from './model-names.ts'
import { openConversation, whenListed } from './open-conversation.ts'
import { preflight } from './preflight.ts'
import { type Composed, composePrompt } from './prompt-text.ts'
import { proveCommit } from './prove-commit.ts'
import { sendPrompt } from './send-prompt.ts'
import { onStage, type Stage } from './stage.ts'
import { type Tab, type TurnAnswer, TurnFault, type TurnGround, type TurnHooks, type TurnRequest } from './types.ts'

export { diagnose, readPageState, siteReport } from './diagnose.ts'
export { type KnownTurn, reattach } from './reattach.ts'

/**
 * Takes one turn: opens the conversation, puts the prompt in, sends it once and waits for its complete answer. `hooks.sending` returns before
 * the click. Throws TurnFault, which says whether the prompt was sent, or PageLost when the tab went away.
 */
export const takeTurn = (tab: Tab, request: TurnRequest, hooks: TurnHooks): Promise<TurnAnswer> =>
  onStage(tab, hooks.signal, async (stage) => {
    const began = Date.now()
    await stage.pause(0, 'no')
    const composed = composePrompt(request.prompt, tab.pack)
    const { choice, insertMs, before } = await beforeSend(stage, () => prepare(stage, request, composed))
    const ground = groundOf(before, choice)
    const hasFiles = request.files.length > 0
    let sentAt = Date.now()
    await sendPrompt(stage, composed.text, hasFiles || composed.files.length > 0, async () => {
      await stage.pause(0, 'no')
      await hooks.sending(ground)
      sentAt = Date.now()
    })
    const { conversation, effort } = request
    const place = await proveCommit(stage, { before, text: composed.text, conversation, ground, hasFiles }, (code, reason) =>
      hooks.refused(code, reason),
    )
    await hooks.sent(place)
    const sent = { text: composed.text, place, sentAt, isLive: true }
    return completeTurn(stage, sent, hooks, { preparedMs: sentAt - began, insertMs, choice, effort })
  })

/** Milliseconds that a page gets before files are attached once more: its line to the server may have been in the making. */
const ATTACH_AGAIN_MS = 2_000

/** Everything before the send. Refused files are attached a second time on a page that was opened anew, for nothing was sent yet. */
const prepare = async (stage: Stage, request: TurnRequest, composed: Composed) => {
  try {
    return await compose(stage, request, composed, 0)
  } catch (error) {
    if (!(error instanceof TurnFault) || error.code !== 'ATTACHMENT_REFUSED') throw error
    stage.notes.push(`the files were attached a second time: ${error.message}`)
    return compose(stage, request, composed, ATTACH_AGAIN_MS)
  }
}

const compose = async (stage: Stage, request: TurnRequest, { text, files }: Composed, pauseMs: number) => {
  await openConversation(stage, request.conversation)
  const openedAt = Date.now()
  await preflight(stage)
  await stage.pause(pauseMs, 'no')
  const choice = request.model === undefined ? undefined : await chooseModel(stage, request.model)
  if (request.effort !== undefined) await chooseEffort(stage, request.effort)
  await attachFiles(stage, [...request.files, ...files])
  const insertMs = await insertPrompt(stage, text)
  // A lost turn of a new conversation is told from others by what was listed before it.
  const before = request.conversation.kind === 'new' ? await whenListed(stage, openedAt) : await stage.look()
  return { choice, insertMs, before }
}

const groundOf = ({ history, turns }: PageSnapshot, choice: Choice | undefined): TurnGround => ({
  older: history,
  listSeen: history.length > 0,
  baseline: turns.length,
  turnIds: turns.flatMap(({ id }) => (id === '' ? [] : [id])),
  ...(choice === undefined ? {} : { chosen: { wanted: choice.wanted, name: choice.name, id: choice.id } }),
})

/**
 * What fails before the send is no mystery: nothing was sent. A page that went to its login meanwhile, say, is the lane's trouble; else
 * another try may do better.
 */
const beforeSend = async <Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    const isGesture = error instanceof Error && /^(TimeoutError|Error)$/.test(error.name) && !/closed|crashed/i.test(error.message)
    const isUnknown = error instanceof TurnFault && error.code === 'PAGE_UNKNOWN' && error.lane === undefined
    if (!isGesture && !isUnknown) throw error
    const state = stage.stateOf(await stage.look())
    if (state.state === 'auth_required' || state.state === 'challenge') throw laneFault(state, 'no')
    if (isUnknown) throw error
    const line = error.message.split('\n')[0]
    throw new TurnFault('PAGE_UNKNOWN', `the page did not take a gesture: ${line}`, { sent: 'no', retryable: true, cause: error })
  }
}
