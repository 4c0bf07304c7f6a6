import { lookup as lookupName } from 'node:dns'
import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as getHttps } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { imageOf } from './image-bytes.ts'
import type { Image } from './jobs.ts'

/** Networks that no request from outside may reach through us: loopback, private, link-local, shared, multicast, reserved. */
const closed = new BlockList()
const networks4 = '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24'
const more4 = '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4'
for (const network of `${networks4} ${more4}`.split(' ')) {
  const [address = '', bits] = network.split('/')
  closed.addSubnet(address, Number(bits), 'ipv4')
}
/** Of IPv6 only 2000::/3 is in public use; Teredo and 6to4 carry IPv4 addresses within. */
const open6 = new BlockList()
open6.addSubnet('2000::', 3, 'ipv6')
const closed6 = new BlockList()
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  closed6.addSubnet(address, bits, 'ipv6')

export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return !closed.check(address, 'ipv4')
  return family === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

const TIMEOUT_MS = 20_000

/** Fetches an image of another server. Answers what is wrong in words when it cannot be had. */
export type FetchImage = (url: string, maxBytes: number) => Promise<Image | string>

/**
 * The address is checked when the connection is made, so a name cannot lead elsewhere meanwhile. Redirects are not followed.
 * `isAllowed` judges addresses.
 */
export const fetchImage =
  (isAllowed: (address: string) => boolean = isPublicAddress): FetchImage =>
  async (text, maxBytes) => {
    const url = URL.parse(text)
    if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is not an http, https or data: URL'
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) && !isAllowed(host)) return closedWords(host)
    try {
      const bytes = await download(url, maxBytes, isAllowed)
      return typeof bytes === 'string' ? bytes : imageOf(bytes)
    } catch (error) {
      return `could not be fetched from ${url.host}: ${error instanceof Error ? error.message : error}`
    }
  }

const closedWords = (address: string): string => `leads to ${address}, a loopback or private address, which is never fetched`

const download = async (url: URL, maxBytes: number, isAllowed: (address: string) => boolean): Promise<Uint8Array | string> => {
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

/** Looks a name up as usual and refuses it when any of its addresses is closed. */
const checkedLookup = (isAllowed: (address: string) => boolean): NonNullable<RequestOptions['lookup']> => {
  return (name, options, callback) => {
    lookupName(name, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isAllowed(address))
      const first = addresses?.[0]
      if (error) callback(error, [])
      else if (refused || !first) callback(new Error(refused ? `it ${closedWords(refused.address)}` : `${name} has no address`), [])
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
