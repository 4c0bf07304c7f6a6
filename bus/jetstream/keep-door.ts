import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'

/** What stream DOOR holds, which is more than what is undecided. */
export interface DoorContent {
  readonly messages: number
  readonly bytes: number
}

/** From here on what was decided on is removed before its seven days; and beyond `most` nothing more is taken from anybody. */
export interface DoorRoom {
  readonly kept: DoorContent
  readonly most: DoorContent
}

const MB = 1024 * 1024
const ROOM: DoorRoom = { kept: { messages: 50_000, bytes: 64 * MB }, most: { messages: 500_000, bytes: 512 * MB } }
const LOOK_MS = 500

const isMore = (content: DoorContent, than: DoorContent): boolean => content.messages > than.messages || content.bytes > than.bytes

/** Whether the open subjects are to be taken away, or given back; undefined while they stay as they are. On a disk that is short less is taken. Pure. */
export const nextOfDoor = (
  content: DoorContent,
  { kept, most }: DoorRoom,
  { isOpen, isShort }: { readonly isOpen: boolean; readonly isShort: boolean },
): 'close' | 'open' | undefined => {
  if (isOpen) return isMore(content, isShort ? kept : most) ? 'close' : undefined
  return isMore(content, kept) ? undefined : 'open'
}

type Line = Pick<Connection, 'nc' | 'jsm'>

/** What the door stores, and whether it takes what comes over the open subjects. */
export const lookAtDoor = async ({ jsm }: Line, open: readonly string[]): Promise<DoorContent & { own: string[]; isOpen: boolean }> => {
  const { state, config } = await jsm.streams.info(Streams.door)
  const { subjects = [] } = config
  const own = subjects.filter((subject) => !open.includes(subject))
  return { messages: state.messages, bytes: state.bytes, own, isOpen: own.length < subjects.length }
}

interface KeptDoor {
  /** The subjects where anybody may publish. */
  readonly open: readonly string[]
  readonly readers: readonly string[]
  /** Why the disk takes no more, if so. */
  readonly shortage: () => Promise<string | undefined>
  readonly log: Logger
  readonly room?: DoorRoom
  readonly everyMs?: number
}

/**
 * Holds what the door stores within bounds: what was decided on goes first, and then the stream takes nothing more from the open subjects
 * until its readers have caught up, so that whoever publishes there hears that nobody takes it. The system's own subjects stay.
 */
export const keepDoor = (connection: Line, kept: KeptDoor): AsyncDisposable => {
  const { nc, jsm } = connection
  const { open, readers, shortage, log, room = ROOM, everyMs = LOOK_MS } = kept
  const removeDecided = async (): Promise<void> => {
    for (const reader of readers) {
      const { config, ack_floor } = await jsm.consumers.info(Streams.door, reader)
      const filters = config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : [])
      for (const filter of filters) await jsm.streams.purge(Streams.door, { filter, seq: ack_floor.stream_seq + 1 })
    }
  }
  const look = async (): Promise<void> => {
    let found = await lookAtDoor(connection, open)
    if (isMore(found, room.kept)) {
      await removeDecided()
      found = await lookAtDoor(connection, open)
    }
    const { own, isOpen, ...now } = found
    const next = nextOfDoor(now, room, { isOpen, isShort: (await shortage()) !== undefined })
    if (next === undefined) return
    await jsm.streams.update(Streams.door, { subjects: next === 'close' ? own : [...own, ...open] })
    if (next === 'close') log.warn(now, 'the door takes nothing more that anybody publishes until its readers have caught up')
    else log.info(now, 'the door takes again what anybody publishes')
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    if (looking || nc.isClosed()) return
    looking = look()
      .catch((error) => log.warn({ error: messageOf(error) }, 'the room of the door could not be looked at; it is again'))
      .finally(() => {
        looking = undefined
      })
  }, everyMs)
  timer.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
