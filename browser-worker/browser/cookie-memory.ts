import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { BrowserContext, Cookie } from 'playwright-core'
import { z } from 'zod'

/**
 * The cookies a browser had last: a browser that is killed has not written its newest ones to disk, and none writes those that are to end
 * with it. The latter lie in a file of the profile, for its owner alone.
 */
export interface CookieMemory {
  /** Looks at the browser's cookies. A browser that is gone leaves the memory as it is. Throws errors of the file system. */
  learn(context: BrowserContext): Promise<void>
  /** Gives a new browser what the one before had. Throws when it does not take them; the error may hold what they are. */
  recall(context: BrowserContext): Promise<void>
  /** What is known by now is nothing new. */
  mark(): void
  /** Names of the cookies of home that came or changed since the mark. */
  fresh(): string[]
}

/** Without `expires`: they end with the browser they are given to, too. */
const Kept = z.array(
  z.object({
    ...{ name: z.string(), value: z.string(), domain: z.string(), path: z.string(), httpOnly: z.boolean(), secure: z.boolean() },
    sameSite: z.enum(['Strict', 'Lax', 'None']),
    partitionKey: z.string().optional(),
  }),
)

/** A memory that knows what `file` holds; it need not be there. */
export const cookieMemory = ({ file, home }: { file: string; home: string }): CookieMemory => {
  let kept = readKept(file)
  let known: Parameters<BrowserContext['addCookies']>[0] = Kept.safeParse(parsed(kept)).data ?? []
  let marked = new Map<string, string>()
  const ofHome = () => new Map(known.filter((cookie) => isOf(home, cookie)).map(({ name, value, path }) => [`${name} ${path}`, value]))
  return {
    learn: async (context) => {
      if (context.browser()?.isConnected() !== true) return
      const cookies = await context.cookies()
      known = cookies
      const next = JSON.stringify(Kept.parse(cookies.filter(({ expires }) => expires === -1)))
      if (next !== kept) writePrivately(file, next)
      kept = next
    },
    recall: async (context) => {
      if (known.length > 0) await context.addCookies(known)
    },
    mark: () => {
      marked = ofHome()
    },
    fresh: () => [...ofHome()].flatMap(([name, value]) => (marked.get(name) === value ? [] : [name])),
  }
}

const isOf = (home: string, { domain = '' }: Partial<Pick<Cookie, 'domain'>>): boolean => {
  const host = new URL(home).hostname
  const name = domain.replace(/^\./, '')
  return host === name || host.endsWith(`.${name}`)
}

/** A file that is not there, or cannot be read, holds none: a person signs in again. */
const readKept = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '[]'
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}

const writePrivately = (file: string, text: string): void => {
  rmSync(`${file}.new`, { force: true })
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
