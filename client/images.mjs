// @ts-check
import { CortexRequestError } from './errors.mjs'

/** @typedef {import('./types.d.mts').ImageInput} ImageInput */

/** @type {readonly [string, RegExp][]} */
const signatures = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF.{4}WEBP/s],
]

/** @param {Uint8Array} bytes @param {string} name @returns {string} */
function dataUrl(bytes, name) {
  const head = String.fromCharCode(...bytes.subarray(0, 12))
  const type = signatures.find(([, signature]) => signature.test(head))?.[0]
  if (!type) throw new CortexRequestError(`${name} is not a PNG, JPEG, GIF or WebP image.`, { code: 'INVALID_REQUEST' })
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return `data:${type};base64,${btoa(characters)}`
}

/**
 * The image as a `data:` URL. Throws `CortexRequestError` for what is no image or cannot be read.
 * @param {ImageInput} image @returns {Promise<string>}
 */
export async function imageUrl(image) {
  if (typeof image !== 'string') return dataUrl(image, 'The image')
  if (/^data:/i.test(image)) return image
  try {
    // A browser has no files by their path, and loads this module all the same.
    const { readFile } = await import('node:fs/promises')
    return dataUrl(await readFile(image), image)
  } catch (cause) {
    if (cause instanceof CortexRequestError) throw cause
    throw new CortexRequestError(`The image ${image} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'INVALID_REQUEST',
      cause,
    })
  }
}
