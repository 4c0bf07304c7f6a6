/// <reference lib="dom" />

/** What the page's server answers to a request of the page's own; null when nothing of it may be read from here. */
export async function askServer({ url, waitMs }: { url: string; waitMs: number }): Promise<ServerAnswer | null> {
  try {
    const headers = { accept: 'text/html, application/json;q=0.9, */*;q=0.8' }
    const answer = await fetch(url, { credentials: 'include', cache: 'no-store', headers, signal: AbortSignal.timeout(waitMs) })
    return { status: answer.status, url: answer.url, ...gistOf(await answer.text()) }
  } catch {
    // Without a network, or sent on to a host that lets nobody read along: both are all that can be known.
    return null
  }
}

interface ServerAnswer {
  readonly status: number
  /** Where it came from in the end. */
  readonly url: string
  /** Of a document. */
  readonly title: string
  /** Names of what a JSON object has values of: never the values, which may be somebody's. */
  readonly names: readonly string[]
}

export function gistOf(text: string): Pick<ServerAnswer, 'title' | 'names'> {
  try {
    const names = Object.entries(JSON.parse(text) ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]))
    return { title: '', names: names.sort() }
  } catch {
    return { title: /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim() ?? '', names: [] }
  }
}
