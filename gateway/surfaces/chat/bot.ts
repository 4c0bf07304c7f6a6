import type { ActionEvent, Adapter, StateAdapter } from 'chat'
import { messageOf } from '../../../bus/errors.ts'
import type { Chat as ChatService } from '../../../functions/ports.ts'
import type { SurfaceNeeds } from '../../http/gateway-app.ts'
import { clickedPlan } from './clicks.ts'
import type { ChatDesk } from './desk.ts'
import { doOnce } from './once.ts'
import { noting } from './platform-request.ts'
import { messageKey, type Reception, receive, type Said } from './reception.ts'
import { namesOf, personOf, saidByCommand, saidByMessage } from './said.ts'
import { chatState, withoutSeenMarks } from './state.ts'

/** What a platform's bot needs beside its desk. */
export interface BotNeeds {
  readonly around: SurfaceNeeds
  readonly chat: ChatService
}

export interface Bot {
  /** False when the platform did not tell in time who we are there: then another bot is opened for the next request. */
  readonly knowsItself: boolean
  /** Handles a request of the platform; what its answer depends on is given to `waitUntil`. */
  handle(request: Request, waitUntil: (task: Promise<unknown>) => void): Promise<Response>
}

/** The SDK's bot for one platform, with our answers. Throws when the platform's adapter cannot be made ready. */
export const openBot = async (desk: ChatDesk, needs: BotNeeds): Promise<Bot> => {
  const { Chat } = await import('chat')
  const adapter = await desk.adapter()
  const state = withoutSeenMarks(chatState(desk.values))
  const bot = new Chat({
    userName: adapter.userName,
    adapters: { [desk.platform]: adapter },
    state,
    logger: desk.log,
    // By default a message that comes while another of its thread is handled is dropped.
    concurrency: 'concurrent',
    history: { thread: { maxMessages: 20 } },
  })
  const hands = { desk, needs, adapter, state }
  bot.onNewMention((thread, message) => hearMessage(hands, thread.id, message))
  bot.onSubscribedMessage((thread, message) => hearMessage(hands, thread.id, message))
  bot.onSlashCommand((event) =>
    hear(hands, saidByCommand(desk, event, needs.around.now()), (answer = 'Taken: how it goes shows here in a moment.') =>
      desk.answerCommand ? desk.answerCommand(event.raw, answer) : whisper(hands, event.channel.id, event.user.userId, answer),
    ),
  )
  bot.onAction(['plan_approve', 'plan_reject'], (event) =>
    noting((request) => click(hands, event, request?.fingerprint ?? event.messageId)),
  )
  await bot.initialize()
  const webhook = bot.webhooks[desk.platform]
  if (!webhook) throw new Error(`the chat SDK has no webhook for ${desk.platform}`)
  const knowsItself = desk.knowsItself?.(adapter) ?? true
  return { knowsItself, handle: (request, waitUntil) => webhook(request, { waitUntil, deduplicate: false, propagateHandlerErrors: true }) }
}

interface Hands {
  readonly desk: ChatDesk
  readonly needs: BotNeeds
  readonly adapter: Adapter
  readonly state: StateAdapter
}

type Message = Parameters<typeof saidByMessage>[2]

/** Milliseconds for an answer in the thread. */
const REPLY_MS = 20_000

const hearMessage = async (hands: Hands, thread: string, message: Message): Promise<void> => {
  // Bots that answer each other never end.
  if (message.author.isBot === true || message.author.isMe) return
  const { platform } = hands.desk
  const said = saidByMessage(hands.desk, thread, message, message.isMention ? await namesOf(hands.adapter) : [])
  await hear(hands, said, async (answer) => {
    if (answer === undefined) return
    await hands.needs.chat.post({ platform, thread, signal: AbortSignal.timeout(REPLY_MS), body: { text: answer } })
  })
}

/** Whoever wrote longer ago is not heard: what was done is remembered for longer than this, but not for ever. The most patient platform delivers again for 3 days. */
const TOO_OLD_MS = 3 * 86_400_000 + 3_600_000
/** As far as clocks may differ. */
const AHEAD_MS = 3_600_000

const hear = (hands: Hands, said: Said, reply: (answer: string | undefined) => Promise<void>): Promise<void> =>
  noting(async () => {
    const { desk, needs } = hands
    const age = needs.around.now().getTime() - said.sentAt.getTime()
    // A time that cannot be read is none of now either.
    if (!(age <= TOO_OLD_MS && age >= -AHEAD_MS)) {
      needs.around.log('a chat message of another time was ignored', { platform: desk.platform })
      return
    }
    await doOnce(await desk.values(), messageKey(said).join(' '), async () => {
      const answer = await receive(said, receptionIn(hands, said.thread))
      told(hands, reply(answer))
    })
  })

const click = async (hands: Hands, event: ActionEvent, fingerprint: string): Promise<void> => {
  const { desk } = hands
  const values = await desk.values()
  await doOnce(values, `click ${fingerprint}`, async () => {
    const person = personOf(event.user)
    const pressed = { platform: desk.platform, action: event.actionId, token: event.value ?? '', person }
    const text = await clickedPlan(pressed, { ...receptionIn(hands, event.threadId), values })
    told(hands, whisper(hands, event.threadId, person.id, text))
  })
}

const whisper = ({ desk: { platform }, needs }: Hands, thread: string, person: string, text: string): Promise<void> =>
  needs.chat.whisper({ platform, thread, person, signal: AbortSignal.timeout(REPLY_MS), body: { text } })

/** The request is not kept waiting for an answer in words. One that cannot be posted is lost; what it tells of is done and shows in the thread. */
const told = ({ desk, needs }: Hands, reply: Promise<void>): void => {
  reply.catch((error: unknown) =>
    needs.around.log('an answer in the chat could not be posted', { platform: desk.platform, error: messageOf(error) }),
  )
}

/** Tasks of one thread that can be named by number. */
const MAX_LISTED = 200

const receptionIn = ({ desk, needs, state }: Hands, thread: string): Reception => ({
  settings: desk.settings,
  operations: (caller) => needs.around.operations(caller, 'chat'),
  tasks: {
    list: () => state.getList<string>(`tasks:${thread}`),
    add: async (ids) => {
      await state.subscribe(thread)
      const known = await state.getList<string>(`tasks:${thread}`)
      for (const id of ids) if (!known.includes(id)) await state.appendToList(`tasks:${thread}`, id, { maxLength: MAX_LISTED })
    },
  },
})
