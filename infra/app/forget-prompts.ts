import type { Logger } from 'pino'
import { z } from 'zod'
import { BlobRef, type BlobStore } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import type { Stored } from '../../bus/envelope.ts'
import { messageOf } from '../../bus/errors.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import { lastStored, readAll } from '../../bus/jetstream/read.ts'
import { Streams } from '../../bus/subjects.ts'
import type { Config } from '../config/config-schema.ts'

/** The facts that name what was asked: the question, with files or without, and its images. */
const FILTERS = ['reasoning.requested', 'browser.asked', 'cli.asked', 'api.asked'].map((type) => `${type}.*`)
const Asked = z.object({
  prompt: BlobRef,
  images: z.array(BlobRef).default([]),
  page: z.object({ dom: BlobRef.optional(), screenshot: BlobRef.optional() }).default({}),
})

/** What a lane is given with a question; nothing of a fact that is none. Pure. */
export const askedWith = (message: Pick<Stored, 'body'>): BlobRef[] => {
  const asked = Asked.safeParse(JSON.parse(message.body()))
  if (!asked.success) return []
  const { prompt, images, page } = asked.data
  return [prompt, ...images, page.dom, page.screenshot].filter((ref) => ref !== undefined)
}

const PAGE = 5000
const YEAR_MS = 365 * 86_400_000
const KEY = 'prompts'

/**
 * Removes the blobs of questions that were asked before `cutoff` and not again since, and returns how many. It goes on where it
 * ended the last time; the same again removes the same.
 */
export const forgetPrompts = async (connection: Connection, blobs: Pick<BlobStore, 'remove'>, cutoff: Date): Promise<number> => {
  const noted = await openKeyValues(connection, 'cortex-forgotten', YEAR_MS)
  const [old, young] = [new Map<string, BlobRef>(), new Set<string>()]
  let next = Number((await noted.get(KEY))?.value ?? 1)
  const last = await lastStored(connection, Streams.memory)
  for (let from = next; from <= last; ) {
    const page = await readAll(connection, Streams.memory, FILTERS, { from, most: PAGE })
    for (const message of page) {
      const isOld = message.header('ce-time') < cutoff.toISOString()
      for (const ref of askedWith(message)) isOld ? old.set(ref.key, ref) : young.add(ref.key)
      if (isOld && young.size === 0) next = message.sequence + 1
    }
    from = page.length < PAGE ? last + 1 : page.at(-1)!.sequence + 1
  }
  const gone = [...old.values()].filter(({ key }) => !young.has(key))
  for (const ref of gone) await blobs.remove(ref)
  await noted.put(KEY, String(next))
  return gone.length
}

const EVERY_MS = 6 * 3_600_000

/** Does it now and then, as long as it is held. */
export const keepForgetting = (
  { connection, blobs, log }: { readonly connection: Connection; readonly blobs: BlobStore; readonly log: Logger },
  { retention }: Pick<Config, 'retention'>,
): Disposable => {
  const forget = async (): Promise<void> => {
    try {
      const removed = await forgetPrompts(connection, blobs, new Date(Date.now() - milliseconds(retention.prompts)))
      if (removed > 0) log.info({ removed, olderThan: retention.prompts }, 'prompts were removed')
    } catch (error) {
      if (!connection.nc.isClosed()) log.warn({ error: messageOf(error) }, 'old prompts could not be removed; it is tried again later')
    }
  }
  void forget()
  const timer = setInterval(forget, EVERY_MS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
