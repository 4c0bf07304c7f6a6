import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openSession, type Session, type SessionOptions } from '../../browser-worker/browser/session.ts'
import { loadSitePack, type SitePack } from '../../browser-worker/sites/site-pack.ts'
import type { Tab, TurnHooks, TurnPlace } from '../../browser-worker/turn/types.ts'
import { findBrowser } from '../../infra/setup/find-browser.mjs'

const executablePath = findBrowser(process.env)

/** The reason why tests with a browser cannot run here; false when they can. */
export const noBrowser: string | false =
  executablePath === null && 'there is no Chromium on this machine: install one or name it in CORTEX_BROWSER'

export const log = pino({ level: 'silent' })

export interface TestTab extends AsyncDisposable {
  readonly tab: Tab
  readonly session: Session
  readonly profileDir: string
}

/** A pack with patience for tests: what a person would be waited for minutes ends after seconds. */
export const quickPack = (pack: SitePack = loadSitePack('chatgpt'), timing: Partial<SitePack['timing']> = {}): SitePack => ({
  ...pack,
  timing: {
    ...pack.timing,
    pollMs: 150,
    readyMs: 10_000,
    listMs: 1_000,
    traceMs: 2_000,
    commitMs: 8_000,
    barGraceMs: 3_000,
    markerGraceMs: 3_000,
    emptyGraceMs: 1_500,
    ...timing,
  },
})

/** Opens a headless browser at home, with a profile of its own unless one is given. */
export const openTab = async (home: string, pack: SitePack = quickPack(), options: Partial<SessionOptions> = {}): Promise<TestTab> => {
  if (executablePath === null) throw new Error('there is no browser: the test should have been skipped')
  const profileDir = options.profileDir ?? mkdtempSync(join(tmpdir(), 'cortex-profile-'))
  const lease = { [Symbol.asyncDispose]: async () => undefined }
  const sandbox = process.getuid?.() !== 0
  const session = await openSession({ pack, home, profileDir, window: 'headless', executablePath, sandbox, log, lease, ...options })
  return {
    tab: { session, pack, home },
    session,
    profileDir,
    async [Symbol.asyncDispose]() {
      await session.close()
      if (options.profileDir === undefined) rmSync(profileDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export interface HeardTurn {
  readonly hooks: TurnHooks
  /** What was told, in order. */
  readonly told: string[]
  readonly places: TurnPlace[]
  readonly partials: string[]
  readonly labels: string[]
}

/** Hooks that write down what they are told. */
export const heardTurn = (options: { deadlineMs?: number; signal?: AbortSignal } = {}): HeardTurn => {
  const heard = { told: [] as string[], places: [] as TurnPlace[], partials: [] as string[], labels: [] as string[] }
  const hooks: TurnHooks = {
    sending: async () => void heard.told.push('sending'),
    refused: async (code) => void heard.told.push(`refused ${code}`),
    sent: async (place) => {
      heard.told.push('sent')
      heard.places.push(place)
    },
    partial: (markdown) => void heard.partials.push(markdown),
    thinking: (label) => void heard.labels.push(label),
    signal: options.signal ?? new AbortController().signal,
    deadlineMs: options.deadlineMs ?? 30_000,
  }
  return { hooks, ...heard }
}
