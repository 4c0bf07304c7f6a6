import type { Readable } from 'node:stream'
import { setTimeout as rest } from 'node:timers/promises'

const PIECE = 8 * 1024
/** Milliseconds that one stream may take of everybody's time before it rests as long. */
const TURN_MS = 5

/** A stream that is being read. */
export interface Reading {
  /** Resolves when everything was taken, or nothing more is: the stream's own end comes before that. */
  readonly done: Promise<void>
  /** When something came last, by `performance.now()`; 0 before. */
  heardAt(): number
  stop(): void
}

/**
 * Reads a stream of bytes piece by piece. One that says more than can be taken waits until it can: whoever writes to it is held up, and
 * everything else in this process goes on. `end` is called after the last piece, but not after a stop.
 */
export const readInTurns = (stream: Readable, take: (piece: Buffer) => void, end: () => void): Reading => {
  let heardAt = 0
  let turn = 0
  let isStopped = false
  const takeAll = async (chunk: Buffer): Promise<void> => {
    for (let at = 0; at < chunk.length && !isStopped; at += PIECE) {
      const began = performance.now()
      // Who was silent has rested.
      if (began - heardAt > TURN_MS) turn = began
      take(chunk.subarray(at, at + PIECE))
      heardAt = performance.now()
      if (heardAt - turn < TURN_MS) continue
      await rest(heardAt - turn)
      turn = heardAt = performance.now()
    }
  }
  const read = async (): Promise<void> => {
    try {
      for await (const chunk of stream) await takeAll(chunk)
    } catch (error) {
      // Of a program that never began, or whose output nobody waits for any more, there is no more to read.
      const isOver = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
      if (!isStopped && !isOver) throw error
    }
    if (!isStopped) end()
  }
  return {
    done: read(),
    heardAt: () => heardAt,
    stop: () => {
      isStopped = true
      stream.destroy()
    },
  }
}
