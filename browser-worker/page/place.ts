import type { SitePack } from '../sites/site-pack.ts'

/** A url's path, query and fragment relative to home's folder (`c/1` for `https://chat.example/c/1`); null when it lies outside. */
export const pathWithin = (home: string, url: string): string | null => {
  const folder = new URL('.', home)
  if (!URL.canParse(url)) return null
  const { origin, pathname, search, hash } = new URL(url)
  if (origin !== folder.origin || !pathname.startsWith(folder.pathname)) return null
  return pathname.slice(folder.pathname.length) + search + hash
}

/** A page of the web that is not of home's own origin: nobody knows what is done there. */
export const isElsewhere = (home: string, url: string): boolean => /^https?:/.test(url) && new URL(url).origin !== new URL(home).origin

/** A url that stays true to its conversation and can be opened again; undefined for anything else. */
export const stableUrl = (pack: SitePack, home: string, url: string): string | undefined => {
  const path = pathWithin(home, url)
  const { conversation, transient } = pack.urls
  if (path === null || conversation === undefined || !new RegExp(conversation, 'iu').test(path)) return undefined
  return transient !== undefined && new RegExp(transient, 'iu').test(path) ? undefined : url
}

/** Two urls of the same conversation: what the pack's pattern finds in them is the same. */
export const isSameConversation = (pack: SitePack, home: string, one: string, other: string): boolean => {
  const found = (url: string) => new RegExp(pack.urls.conversation ?? '.*', 'iu').exec(pathWithin(home, url) ?? '')?.[0]
  return found(one) !== undefined && found(one) === found(other)
}
