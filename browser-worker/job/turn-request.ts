import { BlobMissing } from '../../bus/blobs.ts'
import { messageOf, NotRetryable } from '../../bus/errors.ts'
import { reduceDom } from '../aggressive/reduce-dom.ts'
import { sliceScreenshot } from '../aggressive/slice-screenshot.ts'
import { TurnFault, type TurnFile, type TurnRequest } from '../turn/types.ts'
import type { AskContext } from './ask-context.ts'

type Needed = Pick<AskContext, 'event' | 'blobs' | 'services'>

/**
 * What is put into the chat: the prompt, and the images and the page that go along as files. Throws NotRetryable when a part of it is
 * not stored any more, and TurnFault when the screenshot is no picture.
 */
export const turnRequest = async (needed: Needed): Promise<TurnRequest> => {
  try {
    return await assembled(needed)
  } catch (error) {
    if (error instanceof BlobMissing) throw new NotRetryable(`the question cannot be put together: ${error.message}`, { cause: error })
    throw error
  }
}

const assembled = async ({ event, blobs, services }: Needed): Promise<TurnRequest> => {
  const { data } = event
  const { settings } = services
  const model = data.model ?? settings.model
  const effort = data.effort ?? settings.effort
  const images = await Promise.all(
    data.images.map(async (image, index) => imageFile(`image-${index + 1}`, image.contentType, await blobs.bytes(image))),
  )
  return {
    prompt: await blobs.text(data.prompt),
    files: [...images, ...(await pageFiles(data.page, blobs))],
    conversation: data.conversation ?? { kind: settings.conversation },
    ...(model ? { model } : {}),
    ...(effort ? { effort } : {}),
  }
}

const imageFile = (name: string, contentType: string, bytes: Uint8Array): TurnFile => ({
  name: `${name}.${ENDINGS[contentType] ?? 'png'}`,
  contentType,
  bytes,
})

const ENDINGS: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/gif': 'gif' }

/** A page is shown reduced: its DOM without what says nothing, its screenshot in three slices that keep their resolution. */
const pageFiles = async (page: AskContext['event']['data']['page'], blobs: AskContext['blobs']): Promise<TurnFile[]> => {
  const dom = page?.dom && reduceDom(await blobs.text(page.dom))
  const parts = page?.screenshot ? await slices(await blobs.bytes(page.screenshot)) : []
  return [
    ...(dom === undefined ? [] : [{ name: 'page.html', contentType: 'text/html', bytes: new TextEncoder().encode(dom) }]),
    ...parts.map((bytes, index) => ({ name: `screenshot-${index + 1}.png`, contentType: 'image/png', bytes })),
  ]
}

const slices = async (screenshot: Uint8Array): Promise<Uint8Array[]> => {
  try {
    return await sliceScreenshot(screenshot)
  } catch (error) {
    throw new TurnFault('ATTACHMENT_REFUSED', `the screenshot cannot be read: ${messageOf(error)}`, { sent: 'no', cause: error })
  }
}
