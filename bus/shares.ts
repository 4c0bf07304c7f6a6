/** What of the door belongs to each of its senders: how much they may have undecided. */

/** How many undecided requests there may be, and how many bytes they may have. */
export interface Share {
  /** Of one sender. */
  readonly each: Amount
  /** Of all senders together. */
  readonly all: Amount
  /** Requests that are left to every sender when all together have theirs, while there are no more senders than `senders`. */
  readonly few: number
  readonly senders: number
}
export interface Amount {
  readonly count: number
  readonly bytes: number
}

/** Whoever sends where nobody could see it: what was stored before we looked, and what the system itself sends there. It has no quota. */
export const UNKNOWN = ''

/** A sender's name, and whether it had its share already when it sent this. */
export interface Sent {
  readonly sender: string
  readonly isOver: boolean
}

/** Who sent what is at the door, or on its way there. A key stands for a request's content; times are milliseconds since 1970. */
export interface Senders {
  /** A request was sent, and is perhaps stored by now. */
  saw(request: { key: string; sender: string; bytes: number; at: number }): void
  /** Who sent a stored request; it counts as his until `decided`. All that was sent before it must have been seen. */
  whose(request: { key: string; at: number; since: number }): Sent
  /** One of his requests that was not over is decided on. */
  decided(sender: string, bytes: number): void
  /** Everything stored until then has been asked for: what was seen so long before was never stored, and is forgotten. */
  read(until: number): void
}

interface Seen {
  readonly sender: string
  readonly bytes: number
  readonly at: number
}

/** A store that is slow may take so long until it shows what was seen. */
const SLACK_MS = 10_000

export const sendersOf = (share: Share): Senders => {
  const seen = new Map<string, Seen[]>()
  /** How many of the seen are from nobody known. */
  let unknown = 0
  const accounts = new Map<string, Account>()
  const all = { count: 0, bytes: 0 }
  const add = (sender: string, count: number, bytes: number): void => {
    const own = accounts.get(sender)
    if (!own) return
    own.count += count
    own.bytes += bytes
    all.count += count
    all.bytes += bytes
    if (own.count === 0 && own.over === 0) accounts.delete(sender)
  }
  return {
    saw: ({ key, sender, bytes, at }) => {
      if (sender !== UNKNOWN) {
        const own = accounts.get(sender) ?? { count: 0, bytes: 0, over: 0, overAt: 0 }
        accounts.set(sender, own)
        // What is over is only counted: whoever sends without end fills no memory.
        if (isOverShare(own, all, share, accounts.size)) return void Object.assign(own, { over: own.over + 1, overAt: at })
        add(sender, 1, bytes)
      } else if (++unknown > share.all.count) return void unknown-- // no share of anybody bounds these
      const same = seen.get(key)
      if (same) same.push({ sender, bytes, at })
      else seen.set(key, [{ sender, bytes, at }])
    },
    whose: ({ key, at, since }) => {
      const same = seen.get(key)
      const first = same?.shift()
      if (same?.length === 0) seen.delete(key)
      if (first?.sender === UNKNOWN) unknown--
      if (first) return { sender: first.sender, isOver: false }
      const most = at < since ? undefined : mostOver(accounts)
      if (!most) return { sender: UNKNOWN, isOver: false }
      most.own.over--
      add(most.sender, 0, 0)
      return { sender: most.sender, isOver: true }
    },
    decided: (sender, bytes) => add(sender, -1, -bytes),
    read: (until) => {
      for (const { sender, bytes } of takeOld(seen, until - SLACK_MS)) {
        if (sender === UNKNOWN) unknown--
        add(sender, -1, -bytes)
      }
      for (const [sender, own] of accounts) {
        if (own.overAt < until - SLACK_MS) own.over = 0
        add(sender, 0, 0)
      }
    },
  }
}

/** What was seen before this moment, which is taken out. */
const takeOld = (seen: Map<string, Seen[]>, before: number): Seen[] => {
  const old: Seen[] = []
  for (const [key, same] of seen) {
    const young = same.filter(({ at }) => at >= before)
    if (young.length === same.length) break
    old.push(...same.slice(0, same.length - young.length))
    seen.delete(key)
    if (young.length > 0) seen.set(key, young)
  }
  return old
}

/** Whether a sender who has so much undecided must wait, where so many have something. Pure. */
export const isOverShare = (own: Amount, all: Amount, { each, all: most, few, senders }: Share, known: number): boolean =>
  own.count >= each.count ||
  own.bytes >= each.bytes ||
  ((all.count >= most.count || all.bytes >= most.bytes) && (own.count >= few || known > senders))

interface Account {
  count: number
  bytes: number
  /** What came while he had his share, is not noted down and not asked for yet; and when the last of it came. */
  over: number
  overAt: number
}

/** What is stored and was not noted down was sent by one who was over. */
const mostOver = (accounts: ReadonlyMap<string, Account>): { sender: string; own: Account } | undefined => {
  let most: { sender: string; own: Account } | undefined
  for (const [sender, own] of accounts) if (own.over > (most?.own.over ?? 0)) most = { sender, own }
  return most
}
