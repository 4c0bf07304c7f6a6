const own = ['localhost', '127.0.0.1', '[::1]']

/** Whether the name by which a request addresses us is ours: a foreign name that leads here is another page's doing (DNS rebinding). */
export const isAllowedHost = (host: string | undefined, hosts: readonly string[]): boolean => {
  const name = host?.toLowerCase().replace(/:\d+$/, '') ?? ''
  return own.includes(name) || hosts.some((one) => [name, host?.toLowerCase()].includes(one.toLowerCase()))
}
