import { matchesGlob } from 'node:path'
import type { Masked, SecretInChange, Secrets } from '../../functions/ports.ts'
import { type Added, addedBy } from './added-lines.ts'
import { findInWindows } from './find-in-windows.ts'
import { findSecrets } from './find-secrets.ts'
import type { Found } from './found.ts'
import { findInPieces, findKnown, type KnownSecrets } from './known-values.ts'

export interface SecretsOptions {
  /** What is known to be secret from the start. */
  known: KnownSecrets
  /** Globs of files that may hold what looks like a secret: fixtures of tests. Known values may stand nowhere. */
  allow: readonly string[]
}

/** The one place that knows what is secret. */
export interface OwnSecrets extends Secrets {
  /** From now on these values are secret, too. */
  learn(known: KnownSecrets): void
  /** Only what is known by its value, for lines that cannot wait. */
  maskKnown(text: string): string
  /** Masks lines one after the other and hands them on in their order; `done` waits for the last. */
  maskLines(onLine: (line: string) => void): { onLine: (line: string) => void; done: () => Promise<void> }
}

const maskOf = (kind: string): string => `[secret masked: ${kind}]`

/** One for each stretch of text: where several overlap, the first of those that begin first, reaching as far as any of them. Pure. */
const apart = (found: readonly Found[]): Found[] => {
  const inOrder = [...found].sort((one, other) => one.start - other.start || other.end - one.end)
  const kept: Found[] = []
  for (const each of inOrder) {
    const last = kept.at(-1)
    if (!last || each.start >= last.end) kept.push({ ...each })
    else last.end = Math.max(last.end, each.end)
  }
  return kept
}

/** The text with masks in the place of what was found. Pure. */
export const withMasks = (text: string, found: readonly Found[]): Masked => {
  let [masked, at] = ['', 0]
  const stretches = apart(found)
  for (const { start, end, kind } of stretches) {
    masked += text.slice(at, start) + maskOf(kind)
    at = end
  }
  return { text: masked + text.slice(at), kinds: [...new Set(stretches.map(({ kind }) => kind))] }
}

export const createSecrets = ({ known: first, allow }: SecretsOptions): OwnSecrets => {
  let known = first
  let find = findKnown(known)
  const isAllowed = (file: string): boolean => allow.some((glob) => matchesGlob(file, glob))
  const mask = async (text: string): Promise<Masked> =>
    withMasks(text, await findInWindows(text, async (piece) => [...find(piece), ...(await findSecrets(piece))]))
  return {
    learn: (more) => {
      if (Object.entries(more).every(([name, value]) => known[name] === value)) return
      known = { ...known, ...more }
      find = findKnown(known)
    },
    maskKnown: (text) => withMasks(text, find(text)).text,
    mask,
    maskLines: (onLine) => {
      let waiting: string[] = []
      let work: Promise<void> | undefined
      // What comes while others are looked at is looked at as a whole: a chatty run costs no look for each line.
      const handOn = async (): Promise<void> => {
        while (waiting.length > 0) {
          const text = waiting.join('\n')
          waiting = []
          for (const line of (await mask(text)).text.split('\n')) onLine(line)
        }
        work = undefined
      }
      return {
        onLine: (line) => {
          waiting.push(line)
          work ??= handOn()
        },
        done: async () => work,
      }
    },
    inChange: async (diff) => {
      const { added, removed } = addedBy(diff)
      const isMoved = ({ value }: Found): boolean => removed.includes(value)
      const piecesIn = findInPieces(known, removed)
      const files = added.map(async (file) => {
        const seen = [...find(file.text), ...(isAllowed(file.file) ? [] : await findSecrets(file.text))]
        const whole = apart(seen.filter((each) => !isMoved(each))).map(({ start, kind }) => ({ line: lineOf(file, start), kind }))
        const inPieces = piecesIn(`${file.file}\n${file.text}`).filter(({ kind }) => !whole.some((each) => each.kind === kind))
        const more = inPieces.map(({ kind }) => ({ line: file.lines[0] ?? 1, kind }))
        return [...whole, ...more].map((each) => ({ file: file.file, ...each }))
      })
      const each = (await Promise.all(files)).flat()
      const overFiles = piecesIn(added.map(({ text }) => text).join('\n')).filter(({ kind }) => !each.some((one) => one.kind === kind))
      const found = [
        ...each,
        ...overFiles.flatMap(({ kind, isBegunIn }) => {
          const { file, lines } = added.find(({ text }) => isBegunIn(text)) ?? added[0]!
          return { file, line: lines[0] ?? 1, kind }
        }),
      ]
      return found.filter((one, at) => found.findIndex((other) => isSame(one, other)) === at)
    },
  }
}

const lineOf = ({ text, lines }: Added, start: number): number => lines[text.slice(0, start).split('\n').length - 1] ?? 1

const isSame = (one: SecretInChange, other: SecretInChange): boolean =>
  one.file === other.file && one.line === other.line && one.kind === other.kind
