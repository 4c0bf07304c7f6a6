/** Whether only programs of this machine can reach what listens on this host. Pure. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Whether a host, as it stands in a list of hosts without its port, leads to this very machine or to its cloud's keeper. Pure. */
export const leadsToThisMachine = (host: string): boolean => {
  const name = host.toLowerCase().replace(/^\[|\]$|\.$/g, '')
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(name)?.[1]?.padStart(4, '0')
  const first = mapped ? Number.parseInt(mapped.slice(0, 2), 16) : Number(/^(\d+)\./.exec(name)?.[1] ?? 1)
  const linkLocal = /^169\.254\./.test(name) || /^fe[89ab][0-9a-f]:/.test(name) || mapped === 'a9fe'
  return isLoopback(name) || name.endsWith('.localhost') || name === '::' || first === 0 || first === 127 || linkLocal
}

/** The host of `host`, `host:port`, `[address]` or `[address]:port`. Pure. */
export const withoutPort = (host: string): string => host.replace(/:\d+$/, '')
