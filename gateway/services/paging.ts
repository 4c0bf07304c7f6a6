import { z } from 'zod'

/** Of a list or of a long text. */
export const offset = z.int().min(0).max(999_999_999).default(0).describe('where to begin')

/** A piece of a text that is too long for one answer. Offsets count UTF-16 units, as strings do. */
export interface Page {
  readonly text: string
  readonly offset: number
  readonly length: number
  /** Where the next piece begins; absent at the end. */
  readonly next?: number
}

/** Bytes of JSON a piece may have; an answer may be 512 KiB. */
const PAGE_BYTES = 384 * 1024
const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/** The piece from `offset` on; a pair of surrogates is not torn. */
export const pageOf = (text: string, offset: number, maxBytes = PAGE_BYTES): Page => {
  const from = Math.min(offset, text.length)
  let end = Math.min(text.length, from + maxBytes)
  const tooLong = (): boolean => Buffer.byteLength(JSON.stringify(text.slice(from, end))) > maxBytes
  while (end > from + 1 && tooLong()) end = from + Math.floor((end - from) / 2)
  if (end < text.length && end > from + 1 && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
  return { text: text.slice(from, end), offset: from, length: text.length, ...(end < text.length ? { next: end } : {}) }
}
