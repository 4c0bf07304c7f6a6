import { attachFiles } from './attach-files.ts'
import { chooseEffort, chooseModel } from './choose-model.ts'
import { completeTurn } from './complete-turn.ts'
import { insertPrompt } from './insert-prompt.ts'
import { laneFault } from './lane-fault.ts'
import { openConversation } from './open-conversation.ts'
import { preflight } from './preflight.ts'
import { type Composed, composePrompt } from './prompt-text.ts'
import { proveCommit } from './prove-commit.ts'
import { sendPrompt } from './send-prompt.ts'
import { onStage, type Stage } from './stage.ts'
import { type Tab, type TurnAnswer, TurnFault, type TurnHooks, type TurnRequest } from './types.ts'

export { diagnose, readPageState, siteReport } from './diagnose.ts'
export { reattach } from './reattach.ts'

/**
 * Takes one turn: opens the conversation, puts the prompt in, sends it once and waits for its complete answer. `hooks.sending` returns before
 * the click. Throws TurnFault, which says whether the prompt was sent, or PageLost when the tab went away.
 */
export const takeTurn = (tab: Tab, request: TurnRequest, hooks: TurnHooks): Promise<TurnAnswer> =>
  onStage(tab, hooks.signal, async (stage) => {
    const began = Date.now()
    await stage.pause(0, 'no')
    const composed = composePrompt(request.prompt, tab.pack)
    const { choice, insertMs } = await beforeSend(stage, () => prepare(stage, request, composed))
    const before = await stage.look()
    let sentAt = Date.now()
    await sendPrompt(stage, request.files.length + composed.files.length > 0, async () => {
      await stage.pause(0, 'no')
      await hooks.sending({ older: before.history, baseline: before.turns.length })
      sentAt = Date.now()
    })
    const place = await proveCommit(stage, { before, text: composed.text, conversation: request.conversation }, (code, reason) =>
      hooks.refused(code, reason),
    )
    await hooks.sent(place)
    const sent = { text: composed.text, place, sentAt, isLive: true }
    return completeTurn(stage, sent, hooks, { preparedMs: sentAt - began, insertMs, choice })
  })

const prepare = async (stage: Stage, request: TurnRequest, { text, files }: Composed) => {
  await openConversation(stage, request.conversation)
  await preflight(stage)
  const choice = request.model === undefined ? undefined : await chooseModel(stage, request.model)
  if (request.effort !== undefined) await chooseEffort(stage, request.effort)
  await attachFiles(stage, [...request.files, ...files])
  const insertMs = await insertPrompt(stage, text)
  return { choice, insertMs }
}

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
