import type { Image } from '../../jobs/jobs.ts'

const hasAt = (bytes: Uint8Array, text: string, at: number): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text

/** The type of an image by its first bytes, whatever it was declared as; undefined when it is none that chat pages take. */
const typeOf = (bytes: Uint8Array): string | undefined => {
  if (hasAt(bytes, '\x89PNG\r\n', 0)) return 'image/png'
  if (hasAt(bytes, '\xff\xd8\xff', 0)) return 'image/jpeg'
  if (hasAt(bytes, 'GIF8', 0)) return 'image/gif'
  return hasAt(bytes, 'RIFF', 0) && hasAt(bytes, 'WEBP', 8) ? 'image/webp' : undefined
}

/** The image, or what is wrong with it. */
export const imageOf = (bytes: Uint8Array): Image | string => {
  const contentType = typeOf(bytes)
  return contentType ? { bytes, contentType } : 'is not a PNG, JPEG, GIF or WebP image'
}

/** The image in a `data:` URL, or what is wrong with it. */
export const dataImage = (url: string): Image | string => {
  const comma = url.indexOf(',')
  if (!/^data:/i.test(url) || comma < 0) return 'is not a data: URL'
  if (!/;base64$/i.test(url.slice(0, comma).trim())) return 'must be a base64 data: URL'
  const encoded = url.slice(comma + 1).replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(encoded)) return 'is not valid base64'
  return imageOf(Buffer.from(encoded, 'base64'))
}
