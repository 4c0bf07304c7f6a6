import type { Adapter, AdapterPostableMessage, Logger as SdkLogger, StateAdapter } from 'chat'
import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import type { KeyValues } from '../../bus/key-values.ts'
import { type Typed, withChatSteps } from '../../bus/next-steps.ts'
import type { Chat, ChatBody, ChatListener, ChatPlace } from '../../functions/ports.ts'
import type { ChatDesk } from '../../gateway/surfaces/chat/desk.ts'
import { withLease } from '../../gateway/surfaces/chat/kv-lock.ts'
import { rememberPlan } from '../../gateway/surfaces/chat/plan-buttons.ts'
import { chatState } from '../../gateway/surfaces/chat/state.ts'
import type { CommonSettings } from '../config/chat-schema.ts'
import { ConfigFault, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { sdkMessage } from './body.ts'
import type { AdapterNeeds, ChatPlatform } from './define-platform.ts'
import { platformFault } from './faults.ts'
import { chatPlatforms } from './load-platforms.ts'

export interface ChatOptions {
  readonly chat: Readonly<Record<string, CommonSettings | undefined>>
  readonly env: Environment
  readonly connection: Connection
  readonly log: Pick<Logger, 'debug' | 'warn'>
  /** Milliseconds that one message may take. Default 10 seconds. */
  readonly timeoutMs?: number
}

/** How long what was said in a chat is remembered: longer than a platform delivers anything again. */
const MEMORY_MS = 60 * 86_400_000
const TIMEOUT_MS = 10_000
/** A webhook is answered within 3 s; what is looked up meanwhile (names) has a part of that, and is done without when it fails. */
const LOOK_UP_MS = 600
/** How many of a thread's newest messages are looked through for one of ours. */
const RECENT = 50

/** The `Chat` service over the platforms' own APIs; `typed` says how a step that is no word of a chat is typed on this machine. Throws `ConfigFault` when a variable that the settings name is missing. */
export function createChat(options: ChatOptions & { readonly typed: Typed }): Chat {
  refuseMissing(options)
  const platforms = platformsOf(options.chat)
  const values = once(() => openValues(options.connection))
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const senders = new Map(
    platforms.map((one) => [
      one.name,
      once(async () => ready(one, await one.platform.adapter(one.settings, needsOf(options, timeoutMs)), options)),
    ]),
  )

  const sender = ({ platform }: Pick<ChatPlace, 'platform'>): Promise<Adapter> => {
    const open = senders.get(platform)
    if (!open) throw new Error(`the chat platform "${platform}" is not switched on: [gateway.chat.${platform}]`)
    return open()
  }
  const messageOn = messageIn(options.typed)
  const call = <T>(place: ChatPlace, work: (adapter: Adapter) => Promise<T>): Promise<T> =>
    within(timeoutMs, place.signal, sender(place).then(work))

  return {
    has: (platform) => senders.has(platform),
    post: async ({ body, ...place }) => {
      if (body.plan) await rememberPlan(await values(), body.plan)
      const message = await messageOn(place, body)
      try {
        return (await call(place, (adapter) => adapter.postMessage(place.thread, message))).id
      } catch (error) {
        const fault = faultAt(place, error)
        throw fault.kind === 'error' ? fault.error : error
      }
    },
    edit: async ({ message: id, body, ...place }) => {
      if (body.plan) await rememberPlan(await values(), body.plan)
      const message = await messageOn(place, body)
      try {
        await call(place, (adapter) => adapter.editMessage(place.thread, id, message))
        return true
      } catch (error) {
        const fault = faultAt(place, error)
        if (fault.kind === 'error') throw fault.error
        return fault.kind === 'same'
      }
    },
    find: async ({ marker, ...place }) => {
      const { messages } = await call(place, (adapter) => adapter.fetchMessages(place.thread, { limit: RECENT }))
      const ours = messages.filter(({ author }) => author.isMe || author.isBot === true)
      return ours.findLast((message) => JSON.stringify([message.text, message.raw]).includes(marker))?.id
    },
    whisper: async ({ person, body, ...place }) => {
      const message = await messageOn(place, body)
      await call(place, async (adapter) => {
        const whispered = await adapter.postEphemeral?.(place.thread, person, message)
        if (!whispered) await adapter.postMessage(place.thread, message)
      })
    },
    ...besideMessages(chatState(values)),
  }
}

const messageIn =
  (typed: Typed) =>
  ({ platform }: Pick<ChatPlace, 'platform'>, body: ChatBody): Promise<AdapterPostableMessage> =>
    sdkMessage(chatPlatforms.get(platform), { ...body, text: withChatSteps(body.text, typed) })

const besideMessages = (state: StateAdapter): Pick<Chat, 'alone' | 'listeners' | 'tell'> => {
  const listeners = new Map<string, ChatListener>()
  return {
    alone: (name, signal, work) => withLease(state, name, signal, (lost) => work(AbortSignal.any([signal, lost]))),
    listeners: () => [...listeners.values()],
    tell: (listener) => void listeners.set(listener.platform, listener),
  }
}

const faultAt = ({ platform }: Pick<ChatPlace, 'platform'>, error: unknown) =>
  platformFault(platform, error, chatPlatforms.get(platform)?.readFault)

/** Where messages of each platform come in; the gateway's chat surface is made of these. */
export function chatDesks(options: ChatOptions): ChatDesk[] {
  const values = once(() => openValues(options.connection))
  const needs = needsOf(options, LOOK_UP_MS)
  return platformsOf(options.chat).map(({ name, platform, settings }) => ({
    ...platform.ways?.(settings, { ...needs, state: chatState(values) }),
    platform: name,
    settings,
    values,
    adapter: () => platform.adapter(settings, needs),
    log: needs.log,
  }))
}

interface SwitchedOn {
  readonly name: string
  readonly platform: ChatPlatform
  readonly settings: CommonSettings
}

const platformsOf = (chat: ChatOptions['chat']): SwitchedOn[] =>
  [...chatPlatforms].flatMap(([name, platform]) => {
    const settings = chat[name]
    return settings ? [{ name, platform, settings }] : []
  })

/** The variables that a platform's settings name. */
const variablesOf = (settings: CommonSettings): { key: string; variable: string }[] =>
  Object.entries(settings).flatMap(([key, value]) => (key.endsWith('_env') && typeof value === 'string' ? [{ key, variable: value }] : []))

const openValues = (connection: Connection): Promise<KeyValues> => openKeyValues(connection, 'cortex-chat', MEMORY_MS)

const ready = async ({ name, platform }: SwitchedOn, adapter: Adapter, { connection, log }: ChatOptions): Promise<Adapter> => {
  if (!platform.needsBot) return adapter
  const { Chat: Bot } = await import('chat')
  const state = chatState(() => openValues(connection))
  await new Bot({ userName: adapter.userName, adapters: { [name]: adapter }, state, logger: quietly(log) }).initialize()
  return adapter
}

const refuseMissing = ({ chat, env }: ChatOptions): void => {
  const faults = platformsOf(chat).flatMap(({ name, settings }) =>
    variablesOf(settings)
      .filter(({ variable }) => namedVariable(variable, env) === undefined)
      .map(({ key, variable }) => `gateway.chat.${name}.${key} names the variable ${variable}, which is not set`),
  )
  if (faults.length > 0) throw new ConfigFault('chat', faults)
}

const needsOf = ({ env, log }: ChatOptions, timeoutMs: number): AdapterNeeds => ({
  secret: (variable: string): string => namedVariable(variable, env) ?? '',
  log: quietly(log),
  timeoutMs,
})

/** The SDK's own log lines: their sentences only, for what stands beside them may be what people wrote. */
const quietly = (log: ChatOptions['log'], prefix = 'chat'): SdkLogger => {
  const tell =
    (level: 'debug' | 'warn') =>
    (line: string, ...more: unknown[]): void =>
      log[level]({ surface: prefix, ...errorIn(more) }, line)
  return {
    child: (name) => quietly(log, `${prefix}.${name}`),
    debug: tell('debug'),
    info: tell('debug'),
    warn: tell('warn'),
    error: tell('warn'),
  }
}

const errorIn = ([first]: readonly unknown[]): { error?: string } =>
  typeof first === 'object' && first !== null && 'error' in first ? { error: messageOf(first.error).slice(0, 300) } : {}

/** Opened when it is first needed, and again when that failed. */
const once = <T>(open: () => Promise<T>): (() => Promise<T>) => {
  let opened: Promise<T> | undefined
  return () =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    }))
}

/** Some adapters cannot be stopped; then their answer is not waited for. */
const within = async <T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const over = Promise.withResolvers<never>()
  const stop = (): void => over.reject(signal.reason)
  const timer = setTimeout(() => over.reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, over.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
