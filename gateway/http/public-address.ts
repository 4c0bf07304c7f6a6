import { lookup as lookupName } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

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

/** Whether an address is one of the public internet. Pure. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return !closed.check(address, 'ipv4')
  return family === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

export type AddressRule = (address: string) => boolean

/** Why a request may not go to this URL because its host is a closed address itself, which is never looked up; undefined when it may. Pure. */
export const closedHost = ({ hostname }: URL, isAllowed: AddressRule): string | undefined => {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) && !isAllowed(host) ? closedWords(host) : undefined
}

const closedWords = (address: string): string => `leads to ${address}, a loopback or private address`

/** The name of a host leads to an address that is closed to requests from outside. */
export class ClosedAddress extends Error {
  override readonly name = 'ClosedAddress'
}

/** Looks a name up as usual and refuses it (`ClosedAddress`) when any of its addresses is closed: what was checked is what is connected to. */
export const checkedLookup =
  (isAllowed: AddressRule): LookupFunction =>
  (name, options, callback) => {
    lookupName(name, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isAllowed(address))
      const first = addresses?.[0]
      if (error) callback(error, [])
      else if (refused) callback(new ClosedAddress(`it ${closedWords(refused.address)}`), [])
      else if (!first) callback(new Error(`${name} has no address`), [])
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
