import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as getHttps } from 'node:https'
import { messageOf } from '../../../bus/errors.ts'
import { type AddressRule, ClosedAddress, checkedLookup, closedHost, isPublicAddress } from '../../http/public-address.ts'
import type { Image } from '../../jobs/jobs.ts'
import { imageOf } from './image-bytes.ts'

const TIMEOUT_MS = 20_000

/** Fetches an image of another server. Answers what is wrong in words when it cannot be had. */
export type FetchImage = (url: string, maxBytes: number) => Promise<Image | string>

/**
 * The address is checked when the connection is made, so a name cannot lead elsewhere meanwhile. Redirects are not followed.
 * `isAllowed` judges addresses.
 */
export const fetchImage =
  (isAllowed: AddressRule = isPublicAddress): FetchImage =>
  async (text, maxBytes) => {
    const url = URL.parse(text)
    if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is not an http, https or data: URL'
    const closed = closedHost(url, isAllowed)
    if (closed) return `${closed}, which is never fetched`
    try {
      const bytes = await download(url, maxBytes, isAllowed)
      return typeof bytes === 'string' ? bytes : imageOf(bytes)
    } catch (error) {
      const why = error instanceof ClosedAddress ? `${error.message}, which is never fetched` : messageOf(error)
      return `could not be fetched from ${url.host}: ${why}`
    }
  }

const download = async (url: URL, maxBytes: number, isAllowed: AddressRule): Promise<Uint8Array | string> => {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await open(url, { signal, lookup: checkedLookup(isAllowed), headers: { accept: 'image/*' }, agent: false })
  try {
    if (response.statusCode !== 200) return `could not be fetched: ${url.host} answered ${response.statusCode}`
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of response) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) return `has more than ${maxBytes} bytes`
    }
    return Buffer.concat(chunks)
  } finally {
    response.destroy()
  }
}

const open = (url: URL, options: RequestOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp
    get(url, options, resolve).on('error', reject)
  })
