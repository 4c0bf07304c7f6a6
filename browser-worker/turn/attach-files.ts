import { bestFileInput } from '../page/in-page/best-file-input.ts'
import { readerInput } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { matchesAny } from '../sites/site-pack.ts'
import type { Stage } from './stage.ts'
import { TurnFault, type TurnFile } from './types.ts'

/** How the attachments stand after a look: there, going on, or refused with the page's words. */
export const attachmentsAfter = (
  before: PageSnapshot,
  now: PageSnapshot,
  wanted: number,
  refusals: readonly string[],
): 'ready' | 'busy' | { refused: string } => {
  const known = before.notices.map(({ text }) => text)
  const refusal = now.notices.find(({ text }) => !known.includes(text) && matchesAny(refusals, text))
  if (refusal) return { refused: refusal.text }
  const isThere = now.chips.length - before.chips.length >= wanted
  return isThere && !now.uploading ? 'ready' : 'busy'
}

/** Attaches files without a click and waits until the page shows each as ready. Throws TurnFault ATTACHMENT_REFUSED: nothing was sent. */
export const attachFiles = async (stage: Stage, files: readonly TurnFile[]): Promise<void> => {
  if (files.length === 0) return
  const { page, pack } = stage
  const refuse = (reason: string) => new TurnFault('ATTACHMENT_REFUSED', reason, { sent: 'no' })
  if (files.length > pack.limits.maxFiles) throw refuse(`${files.length} files are more than the ${pack.limits.maxFiles} the page takes`)
  const onlyImages = files.every(({ contentType }) => contentType.startsWith('image/'))
  const position = await runInPage(page, bestFileInput, { input: readerInput(pack), onlyImages })
  if (position < 0) throw refuse('the page has no field that takes files')
  const before = await stage.look()
  const payloads = files.map(({ name, contentType, bytes }) => ({ name, mimeType: contentType, buffer: Buffer.from(bytes) }))
  await page.locator('input[type=file]').nth(position).setInputFiles(payloads)
  await untilReady(stage, before, files.length)
}

const untilReady = async (stage: Stage, before: PageSnapshot, wanted: number): Promise<void> => {
  const { pack } = stage
  const { attachMs, attachBusyMs } = pack.timing
  const began = Date.now()
  let busyAt = began
  let ready = 0
  while (ready < 2) {
    const now = await stage.look()
    const state = attachmentsAfter(before, now, wanted, [...pack.texts.attachmentRefused, ...pack.texts.failed])
    if (typeof state === 'object')
      throw new TurnFault('ATTACHMENT_REFUSED', `the page says: ${state.refused.slice(0, 200)}`, { sent: 'no' })
    ready = state === 'ready' ? ready + 1 : 0
    // A slow upload that is seen to go on gets more time than one that shows nothing.
    if (now.uploading) busyAt = now.at
    const waitedMs = Date.now() - began
    if (ready === 0 && (Date.now() - busyAt > attachMs || waitedMs > attachMs + attachBusyMs)) {
      const seen = `${now.chips.length - before.chips.length} of ${wanted} are shown${now.uploading ? ', still loading' : ''}`
      throw new TurnFault('ATTACHMENT_REFUSED', `the files were not ready after ${Math.round(waitedMs / 1000)} s: ${seen}`, {
        sent: 'no',
        retryable: true,
      })
    }
    await stage.pause(150, 'no')
  }
}
