import { RetryAfter } from '../../../bus/errors.ts'
import type { Chat, ChatBody } from '../../../functions/ports.ts'

export interface FakeRoom {
  readonly chat: Chat
  readonly messages: { id: string; thread: string; body: ChatBody }[]
  readonly edits: string[]
  /** The next call fails with it. */
  fault: Error | undefined
}

/** One room of a platform "slack" in memory. */
export const fakeRoom = (platforms: readonly string[] = ['slack']): FakeRoom => {
  const room: FakeRoom = { messages: [], edits: [], fault: undefined, chat: undefined as never }
  const stumble = (): void => {
    const { fault } = room
    room.fault = undefined
    if (fault) throw fault
  }
  const chat: Chat = {
    has: (platform) => platforms.includes(platform),
    post: async ({ thread, body }) => {
      stumble()
      const id = `m${room.messages.length + 1}`
      room.messages.push({ id, thread, body })
      return id
    },
    edit: async ({ message, body }) => {
      stumble()
      const at = room.messages.findIndex(({ id }) => id === message)
      const old = room.messages[at]
      if (!old) return false
      room.messages[at] = { ...old, body }
      room.edits.push(message)
      return true
    },
    find: async ({ marker }) => room.messages.findLast(({ body }) => body.text.includes(marker))?.id,
    whisper: async () => undefined,
    alone: async (_name, signal, work) => work(signal),
    listeners: () => [],
    tell: () => undefined,
  }
  return Object.assign(room, { chat })
}

export const patience = (): Error => new RetryAfter(1000, 'slack asks for patience')
