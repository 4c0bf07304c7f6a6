import { z } from 'zod'
import type { Image } from '../../jobs/jobs.ts'
import type { FieldFault } from './fault.ts'
import { dataImage } from './image-bytes.ts'
import type { FetchImage } from './remote-image.ts'
import type { Piece } from './transcript.ts'

/** Gathers what a request's messages carry: images in the order they come, and everything that is wrong. */
export interface Gathered {
  readonly images: Image[]
  readonly faults: FieldFault[]
}

export interface ImageSource {
  /** Undefined where images of other servers are not fetched. */
  readonly fetchImage: FetchImage | undefined
  readonly maxBytes: number
}

/** More than chat pages take with one message. */
const MOST_IMAGES = 20

const Text = z.looseObject({ type: z.enum(['text', 'input_text', 'output_text', 'refusal']), text: z.string() })
const ImageUrl = z.looseObject({ type: z.literal('image_url'), image_url: z.union([z.string(), z.looseObject({ url: z.string() })]) })
const InputImage = z.looseObject({ type: z.literal('input_image'), image_url: z.string() })
const Refusal = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })

/** What is read of a list of parts. */
export const ContentPart = z.union([Text, ImageUrl, InputImage, Refusal])

/** The pieces of a message's content, a text or a list of parts of either API. */
export const readContent = async (content: unknown, param: string, source: ImageSource, gathered: Gathered): Promise<Piece[]> => {
  if (typeof content === 'string') return [{ text: content }]
  if (!Array.isArray(content)) {
    gathered.faults.push({ param, message: 'must be a text or a list of parts' })
    return []
  }
  const pieces: Piece[] = []
  for (const [index, part] of content.entries()) {
    const piece = await readPart(part, `${param}.${index}`, source, gathered)
    if (piece) pieces.push(piece)
  }
  return pieces
}

const readPart = async (part: unknown, param: string, source: ImageSource, gathered: Gathered): Promise<Piece | undefined> => {
  const text = Text.safeParse(part)
  if (text.success) return { text: text.data.text }
  const refusal = Refusal.safeParse(part)
  if (refusal.success) return { text: refusal.data.refusal }
  const url = imageUrl(part)
  if (url === undefined) {
    gathered.faults.push({ param, message: refusedPart(part) })
    return undefined
  }
  if (gathered.images.length >= MOST_IMAGES) {
    gathered.faults.push({ param: `${param}.image_url`, message: `is one image too many: a request may carry ${MOST_IMAGES}` })
    return undefined
  }
  const image = await readImage(url, source)
  if (typeof image === 'string') {
    gathered.faults.push({ param: `${param}.image_url`, message: `the image ${image}` })
    return undefined
  }
  return { image: gathered.images.push(image) }
}

const imageUrl = (part: unknown): string | undefined => {
  const input = InputImage.safeParse(part)
  if (input.success) return input.data.image_url
  const chat = ImageUrl.safeParse(part)
  if (!chat.success) return undefined
  return typeof chat.data.image_url === 'string' ? chat.data.image_url : chat.data.image_url.url
}

const refusedPart = (part: unknown): string => {
  const type = typeof part === 'object' && part !== null && 'type' in part ? String(part.type) : ''
  if (['input_audio', 'file', 'input_file'].includes(type)) return `parts of type ${type} are not supported; send text and images`
  if (['image_url', 'input_image'].includes(type)) return 'an image needs its image_url: a data: URL with base64'
  return type ? `parts of type ${type.slice(0, 40)} are not understood` : 'is not a part with a type'
}

/** An image by its URL, or what is wrong with it. */
export const readImage = async (url: string, { fetchImage, maxBytes }: ImageSource): Promise<Image | string> => {
  if (/^data:/i.test(url)) return dataImage(url)
  if (!/^https?:/i.test(url)) return 'is not a data:, http or https URL'
  if (!fetchImage) return 'lies on another server, and those are not fetched here; send it as a data: URL'
  return fetchImage(url, maxBytes)
}
