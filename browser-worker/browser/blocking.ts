import type { CDPSession } from 'playwright-core'
import type { SitePack } from '../sites/site-pack.ts'

/** Chromium's rule that no name of a blocked host is ever found: it holds for frames and workers too. Undefined when none is blocked. */
export const hostRules = (hosts: readonly string[]): string | undefined =>
  hosts.length === 0 ? undefined : hosts.map((host) => `MAP ${host} ^NOTFOUND`).join(', ')

/** Addresses that never load: fonts and media over the network, and the pack's telemetry. Images, blob: and data: are not touched. */
export const blockedRequests = (pack: SitePack): { urlPattern: string; resourceType?: 'Font' | 'Media' }[] => [
  { urlPattern: 'http*', resourceType: 'Font' },
  { urlPattern: 'http*', resourceType: 'Media' },
  ...[...pack.blocked.urls, ...pack.blocked.hosts.map((host) => `*://${host}/*`)].map((urlPattern) => ({ urlPattern })),
]

/**
 * Fails a page's blocked requests at once. It goes by the debugging protocol with narrow patterns, because routing every request
 * through Playwright turns the browser's cache off.
 */
export const blockRequests = async (cdp: CDPSession, pack: SitePack, onFailure: (error: unknown) => void): Promise<void> => {
  cdp.on('Fetch.requestPaused', ({ requestId }) => {
    cdp.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }).catch(onFailure)
  })
  await cdp.send('Fetch.enable', { patterns: blockedRequests(pack) })
}
