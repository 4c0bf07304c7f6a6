/// <reference lib="dom" />

/**
 * What the page's server answers to a request of the page's own; null when there is no answer. Where it sends who asks is followed only
 * when `follows` says so, and when it may be read from here.
 */
export async function askServer({ url, follows, waitMs }: ServerQuestion): Promise<ServerAnswer | null> {
  const headers = { accept: 'text/html, application/json;q=0.9, */*;q=0.8' }
  const signal = AbortSignal.timeout(waitMs)
  const ask = (redirect: RequestRedirect) => fetch(url, { credentials: 'include', cache: 'no-store', headers, signal, redirect })
  try {
    const answer = await (follows ? ask('follow').catch(() => ask('manual')) : ask('manual'))
    return { status: answer.status, url: answer.url, ...gistOf(await answer.text()) }
  } catch {
    // Why there is none, the browser tells no page.
    return null
  }
}

interface ServerQuestion {
  readonly url: string
  readonly follows: boolean
  readonly waitMs: number
}

export interface ServerAnswer {
  /** 0 where it sends who asks on, which was not followed. */
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
