import { reduceDom } from './aggressive/reduce-dom.ts'
import { sliceScreenshot } from './aggressive/slice-screenshot.ts'
import type { AskContext } from './ask-context.ts'
import type { TurnFile, TurnRequest } from './turn/types.ts'

/** What is put into the chat: the prompt, and the images and the page that go along as files. */
export const turnRequest = async ({ event, blobs, services }: Pick<AskContext, 'event' | 'blobs' | 'services'>): Promise<TurnRequest> => {
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
  const slices = page?.screenshot ? await sliceScreenshot(await blobs.bytes(page.screenshot)) : []
  return [
    ...(dom === undefined ? [] : [{ name: 'page.html', contentType: 'text/html', bytes: new TextEncoder().encode(dom) }]),
    ...slices.map((bytes, index) => ({ name: `screenshot-${index + 1}.png`, contentType: 'image/png', bytes })),
  ]
}
