import { BlockList, isIP } from 'node:net'
import { leadsToThisMachine } from '../config/loopback.ts'

/** Networks behind whose addresses the machines of a house answer. */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']

/** What is no address of a host out there: multicast, reserved, an IPv4 address in an IPv6 one, a cloud's own services. */
const noHost = ['224.0.0.0/4', '240.0.0.0/4', '192.0.0.0/24', '168.63.129.16/32', 'ff00::/8', '::/96', '64:ff9b::/96', '2002::/16']

const ofTheHouse = new BlockList()
for (const range of [...privateRanges, ...noHost]) {
  const [address = '', prefix] = range.split('/')
  ofTheHouse.addSubnet(address, Number(prefix), family(address))
}

/**
 * Whether a run with an open network may ask for this host: a name, or an address that is neither this machine's nor of a
 * private network. What a name leads to is looked at again by the proxy when it connects. Pure.
 * @param own addresses of this machine
 */
export function isPublicHost(host: string, own: readonly string[]): boolean {
  const address = hostName(host)
  if (address === null || leadsToThisMachine(address)) return false
  return isIP(address) === 0 || !(ofTheHouse.check(address, family(address)) || own.includes(address))
}

/** The host as it is connected to: `0x7f.1` is 127.0.0.1. Null for what is no host. Pure. */
function hostName(host: string): string | null {
  const text = isIP(host) === 6 ? `[${host}]` : host
  return URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname.replace(/^\[|\]$|\.$/g, '') : null
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
