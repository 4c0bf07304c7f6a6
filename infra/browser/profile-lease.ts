import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { takeLock } from '../locks/file-lock.mjs'
import type { ProcessIdentity } from '../locks/process-identity.mjs'
import { endLeftDisplay } from './display.ts'

/** Who has a browser profile: besides the process also its host and its last sign of life, for a volume may be in two containers. */
interface Details {
  readonly host: string
  /** Milliseconds since 1970. */
  readonly beatAt: number
  /** What the holder has started for the browser. */
  readonly display?: ProcessIdentity
}
const Lease = z.looseObject({ pid: z.int(), host: z.string(), beatAt: z.number() })

const BEAT_MS = 4000
/** After so long without a sign of life the holder on another host counts as gone. */
const SILENT_MS = 15_000

export interface ProfileLease extends Disposable {
  /** Notes what was started for the browser, so that the next holder can end it when we are killed. */
  note(display: ProcessIdentity): void
}

export interface LeaseOptions {
  /** The lease file's path, in the profile folder. */
  readonly path: string
  /** Somebody else took it, or it cannot be written: the browser must not go on with the profile. */
  readonly onLost: (why: unknown) => void
  readonly now?: () => number
}

/**
 * Takes the profile for this process until the scope ends. Throws in words when another process has it: one that lives on this host,
 * or one on another host that gave a sign of life within the last 15 seconds.
 */
export const takeProfileLease = ({ path, onLost, now = Date.now }: LeaseOptions): ProfileLease => {
  const other = readLease(path)
  if (other && other.host !== hostname() && now() - other.beatAt < SILENT_MS)
    throw new Error(`the browser profile of ${path} is in use by process ${other.pid} on ${other.host}; end it, or use another profile`)
  const noted: { display?: ProcessIdentity } = {}
  const details = (): Details => ({ host: hostname(), beatAt: now(), ...noted })
  const outcome = takeLock<Details>(path, details())
  if (!outcome.taken)
    throw new Error(`the browser profile of ${path} is in use by process ${outcome.holder.pid}; end it, or use another profile`)
  const { lock, left } = outcome
  if (left?.display && left.host === hostname()) endLeftDisplay(left.display)
  const beat = setInterval(() => {
    try {
      lock.write(details())
    } catch (error) {
      clearInterval(beat)
      onLost(error)
    }
  }, BEAT_MS).unref()
  return {
    note: (display) => {
      noted.display = display
      lock.write(details())
    },
    [Symbol.dispose]: () => {
      clearInterval(beat)
      lock.release()
    },
  }
}

const readLease = (path: string): z.output<typeof Lease> | undefined => {
  if (!existsSync(path)) return undefined
  try {
    return Lease.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined // not ours, or gone meanwhile: taking the lock decides
  }
}
