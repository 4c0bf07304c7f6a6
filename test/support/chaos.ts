import assert from 'node:assert/strict'
import { readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processesWith } from './agent-processes.ts'
import { leftovers, type Story, tell } from './demo-kill.ts'
import { type DemoRun, natsPidOf, noteOf, ownCache, runDemo } from './demo-run.ts'

/** Chooses the chaos; the same one plays the same again. The runner says which it was. */
export const chaosSeed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)

const deeds = [
  'kill functions',
  'kill nats',
  'kill agent',
  'interrupt',
  'kill in shutdown',
  'pause functions',
  'pause nats',
  'forget views',
] as const
type Deed = (typeof deeds)[number]

/** What is done to one demo: each deed so many milliseconds after the one before it (or the start it led to). */
type Mischief = { deed: Deed; afterMs: number }[]

/** One to four deeds at moments of a run that takes about `runMs`. */
export const mischiefOf = (random: () => number, runMs: number, from: readonly Deed[] = deeds): Mischief =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
    deed: from[Math.floor(random() * from.length)]!,
    // Squared: the start and several deeds in quick succession are as likely as the rest.
    afterMs: Math.round(random() ** 2 * runMs),
  }))

export const PAUSE_MS = 3000
const STUCK_MS = 120_000

/** Prompts an agent was given, by role, seen as processes of the stand-in in a worktree of this folder. */
interface Prompts extends Disposable {
  readonly byRole: ReadonlyMap<string, ReadonlySet<string>>
}

const agentsOf = (folder: string): { pid: number; role: string }[] =>
  [...processesWith('scripted.mjs')].flatMap(([pid, line]) => {
    // The agent itself: what a sandbox puts around it names it in its command line, too.
    const role = /^\S*node \S*scripted\.mjs (\w+)$/.exec(line.trim())?.[1]
    if (role === undefined) return []
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [{ pid, role }] : []
    } catch {
      return [] // it ended while we looked
    }
  })

export const watchPrompts = (folder: string): Prompts => {
  const byRole = new Map<string, Set<string>>()
  const timer = setInterval(() => {
    for (const { pid, role } of agentsOf(folder)) byRole.set(role, (byRole.get(role) ?? new Set()).add(String(pid)))
  }, 15)
  return { byRole, [Symbol.dispose]: () => clearInterval(timer) }
}

const signalled = (pid: number | undefined, signal: NodeJS.Signals): boolean => {
  try {
    return pid !== undefined && process.kill(pid, signal)
  } catch {
    return false // it has ended
  }
}

/** Does it; returns whether the functions process ends by it. */
const perpetrate = async (folder: string, run: DemoRun, deed: Deed, random: () => number): Promise<boolean> => {
  const functions = run.child.pid
  switch (deed) {
    case 'kill functions':
    case 'forget views':
      return signalled(functions, 'SIGKILL')
    case 'interrupt':
      return signalled(functions, 'SIGINT')
    case 'kill in shutdown':
      signalled(functions, 'SIGINT')
      await pause(random() * 600)
      return signalled(functions, 'SIGKILL') || true
    case 'kill nats':
      signalled(natsPidOf(folder), 'SIGKILL')
      return false
    case 'kill agent':
      for (let tries = 0; tries < 40; tries++) {
        const [agent] = agentsOf(folder)
        if (agent && signalled(agent.pid, 'SIGKILL')) break
        await pause(20)
      }
      return false
    case 'pause functions':
    case 'pause nats': {
      const pid = deed === 'pause nats' ? natsPidOf(folder) : functions
      if (!signalled(pid, 'SIGSTOP')) return false
      await pause(PAUSE_MS)
      signalled(pid, 'SIGCONT')
      return false
    }
  }
}

const hasEnded = (folder: string): boolean => {
  try {
    return noteOf(folder).ended
  } catch {
    return false // it was killed before it wrote its note
  }
}

const within = async <T>(work: Promise<T>, what: () => string): Promise<T> => {
  const late = new AbortController()
  const limit = pause(STUCK_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`still not done after ${STUCK_MS} ms: ${what()}`)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    late.abort()
    limit.catch(() => undefined) // it was called off
  }
}

/** Plays the demo while the mischief is done to it, starting it again whenever it ended, until its task is done. Returns all lines. */
export const playThrough = async (folder: string, argv: string[], mischief: Mischief, random: () => number): Promise<string[]> => {
  const env = ownCache(folder)
  const start = (): DemoRun => runDemo(folder, argv, { env })
  const lines: string[] = []
  let run = start()
  const close = async (): Promise<number | string> => {
    const code = await within(run.ended, () => run.lines.join('\n'))
    lines.push(...run.lines, `-- ended: ${code}`)
    return code
  }
  try {
    for (const { deed, afterMs } of mischief) {
      const over = await Promise.race([run.ended.then(() => true), pause(afterMs, false)])
      if (over && hasEnded(folder)) break
      lines.push(`-- ${deed}`)
      const ends = over || (await perpetrate(folder, run, deed, random))
      if (!ends) continue
      await close()
      if (hasEnded(folder)) return lines
      if (deed === 'forget views') for (const end of ['', '-wal', '-shm']) rmSync(join(folder, 'data', `cortex.db${end}`), { force: true })
      run = start()
    }
    const code = await close()
    if (!hasEnded(folder)) assert.fail(`the demo ended with ${code} before its task was done:\n${lines.join('\n')}`)
    return lines
  } finally {
    run.child.kill('SIGKILL')
  }
}

/** Files and folders that a task that is over should not leave: worktrees, their records, records of process groups, processes. */
export const remains = (folder: string): string[] => {
  const cache = `${folder}-cache`
  const list = (where: string): string[] => {
    try {
      return readdirSync(where).map((name) => join(where, name))
    } catch {
      return [] // never made
    }
  }
  const mirrors = list(join(cache, 'projects'))
  return [
    ...list(join(cache, 'worktrees')),
    ...mirrors.flatMap((mirror) => list(join(mirror, 'worktrees'))),
    ...list(join(folder, 'data', 'groups')),
    ...leftovers(folder),
  ]
}

/** What went wrong with a story, compared with the undisturbed one; an agent that was killed may be asked again, all else is the same. */
export const differences = async (folder: string, expected: Story, mischief: Mischief): Promise<string[]> => {
  const story = await tell(folder)
  const agentKilled = mischief.some(({ deed }) => deed === 'kill agent')
  const parts: (keyof Story)[] = agentKilled ? ['tree', 'commits', 'branches'] : ['facts', 'notifications', 'tree', 'commits', 'branches']
  return parts.flatMap((part) => {
    try {
      assert.deepEqual(story[part], expected[part])
      return []
    } catch (error) {
      return [`${part}: ${error instanceof Error ? error.message : error}`]
    }
  })
}
