import { randomUUID } from 'node:crypto'
import { isRateLimited } from './door.ts'
import type { ReceivedPrompt } from './facts.ts'
import { type Script, type ScriptInput, scriptFor } from './script.ts'
import { type Conversation, changeExchange, conversationOf, type Exchange, type State } from './state.ts'
import type { World } from './world.ts'

/** What the page sends when its send button is clicked. */
export interface SendRequest {
  readonly text: string
  readonly conversation: string | null
  readonly files: readonly string[]
  readonly temporary: boolean
  readonly work: boolean
}

export type SendAnswer =
  | { readonly outcome: 'accepted'; readonly conversation: string; readonly exchange: string; readonly transientUrlMs: number }
  | { readonly outcome: 'rate_limited'; readonly resetText?: string }
  | { readonly outcome: 'too_long' }

type Answer = (prompt: string, context: { conversation: string; files: Exchange['files'] }) => string | Promise<string>

/**
 * Takes a prompt: it is on disk, with its script, before this returns.
 * @throws Error when a directive in the prompt is wrong.
 */
export const receivePrompt = (world: World, request: SendRequest, now: number): SendAnswer => {
  const { state } = world
  const tooLong = request.text.length > state.mode.messageLimit
  const limited = isRateLimited(state, now)
  const script = scriptFor(request.text, tooLong || limited ? {} : (state.scripts[0] ?? state.defaultScript))
  const refused = script.rateDialog?.when === 'before-commit'
  const outcome = tooLong ? 'too_long' : limited || refused ? 'rate_limited' : 'accepted'
  const conversation = request.conversation ?? randomUUID()
  const exchange = newExchange(state, request, script, now)
  const fact = factOf(state, request, outcome, outcome === 'accepted' ? conversation : null, now)
  world.change((known) => ({
    prompts: [...known.prompts, fact],
    scripts: tooLong || limited ? known.scripts : known.scripts.slice(1),
    ...(outcome === 'accepted' ? withExchange(known, request, conversation, exchange, now) : {}),
  }))
  if (outcome === 'too_long') return { outcome }
  if (outcome === 'rate_limited') return { outcome, resetText: limited ? state.mode.rateLimited?.resetText : script.rateDialog?.resetText }
  return { outcome, conversation, exchange: exchange.id, transientUrlMs: request.conversation ? 0 : script.transientUrlMs }
}

const factOf = (
  state: State,
  request: SendRequest,
  outcome: ReceivedPrompt['outcome'],
  conversation: string | null,
  at: number,
): ReceivedPrompt => ({
  text: request.text,
  conversation,
  countInConversation: (conversationOf(state, conversation ?? '')?.exchanges.length ?? 0) + 1,
  files: filesOf(state, request),
  model: state.selected.model,
  effort: state.selected.effort,
  temporary: request.temporary,
  work: request.work,
  at,
  outcome,
})

const filesOf = (state: State, { files }: SendRequest): Exchange['files'] => state.files.filter(({ id }) => files.includes(id))

const newExchange = (state: State, request: SendRequest, script: Script, now: number): Exchange => ({
  id: randomUUID(),
  prompt: request.text,
  files: filesOf(state, request),
  model: script.downgradeTo ?? state.selected.model,
  script,
  startedAt: now,
  ...answerOf(script, now),
})

const answerOf = (script: Script, now: number): Pick<Exchange, 'answer' | 'answeredAt'> => ({
  answer: script.answer,
  answeredAt: script.answer === undefined ? undefined : now,
})

const withExchange = (state: State, request: SendRequest, id: string, exchange: Exchange, now: number): Partial<State> => {
  const known: Conversation = conversationOf(state, id) ?? {
    id,
    title: request.text.trim().split('\n')[0]?.slice(0, 40) || 'New chat',
    temporary: request.temporary,
    updatedAt: now,
    exchanges: [],
  }
  const grown = { ...known, updatedAt: now, exchanges: [...known.exchanges, exchange] }
  const { [request.conversation ?? 'new']: _sent, ...drafts } = state.drafts
  return {
    conversations: [...state.conversations.filter((one) => one.id !== id), grown],
    selected: { ...state.selected, model: exchange.model },
    drafts,
  }
}

/** The turn begins anew, with the next script of the queue, or without the error that it met. */
export const retryExchange = (world: World, id: string, now: number): void =>
  world.change((state) => {
    const exchange = state.conversations.flatMap(({ exchanges }) => exchanges).find((one) => one.id === id)
    if (!exchange) return {}
    const next: ScriptInput = state.scripts[0] ?? { ...exchange.script, error: undefined }
    const script = scriptFor('', next)
    const again: Partial<Exchange> = { script, startedAt: now, hurriedAt: undefined, stoppedAt: undefined, copied: undefined }
    return {
      scripts: state.scripts.slice(1),
      conversations: changeExchange(state.conversations, id, { ...again, ...answerOf(script, now) }),
    }
  })

/** Asks `answer` for each exchange that has none, once in this process; after a restart, again. */
export const createAnswerer = (world: World, answer: Answer, log: (line: string) => void): (() => void) => {
  const asked = new Set<string>()
  const write = async ({ id, prompt, files, startedAt }: Exchange, conversation: string): Promise<void> => {
    const given = await answer(prompt, { conversation, files })
    const isCurrent = world.state.conversations.some(({ exchanges }) =>
      exchanges.some((one) => one.id === id && one.startedAt === startedAt),
    )
    if (isCurrent)
      world.change(({ conversations }) => ({ conversations: changeExchange(conversations, id, { answer: given, answeredAt: Date.now() }) }))
  }
  const fail = (exchange: Exchange) => (problem: unknown) => {
    log(`no answer could be made for the prompt ${exchange.id}: ${problem}`)
    const script: Script = { ...exchange.script, error: { at: 'start' } }
    world.change(({ conversations }) => ({ conversations: changeExchange(conversations, exchange.id, { script }) }))
  }
  return () => {
    for (const { id, exchanges } of world.state.conversations) {
      for (const exchange of exchanges.filter((one) => one.answer === undefined && one.script.error?.at !== 'start')) {
        const key = `${exchange.id} ${exchange.startedAt}`
        if (asked.has(key)) continue
        asked.add(key)
        write(exchange, id).catch(fail(exchange))
      }
    }
  }
}
