import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventOf, natsPidOf, noteOf, runDemo, storyOf } from './demo-run.ts'
import type { KillChoice } from './kill-choice.ts'
import { quickSample } from './sample.ts'

/** The sample without Semgrep rules and with a check that starts no Node: what is killed is the loop, over and over. */
export const leanSample = (folder: string): string => {
  const sample = quickSample(folder)
  writeFileSync(join(sample, 'cortex.toml'), 'dod = [["grep", "-q", "item.quantity", "src/cart.js"]]\n')
  return sample
}

export interface Story {
  facts: { type: string; data: unknown }[]
  notifications: number
  tree: string
  commits: string
  branches: string
}

/** What must be the same whatever was killed: every fact but for times and commits' hashes, one commit, one branch. */
export const tell = async (folder: string): Promise<Story> => {
  const repository = join(folder, 'repository')
  const git = (...argv: string[]) => execFileSync('git', argv, { cwd: repository, encoding: 'utf8' }).trim()
  const { task } = noteOf(folder)
  const story = await storyOf(folder)
  // People are told beside the loop: that they were counts, not just when.
  const facts = story
    .filter(({ type }) => type !== 'notification.sent')
    .map(({ type, data }) => ({ type, data: JSON.parse(timeless(JSON.stringify(data))) }))
  return {
    facts,
    notifications: story.filter(({ type }) => type === 'notification.sent').length,
    tree: git('rev-parse', `cortex/${task}^{tree}`),
    commits: git('rev-list', '--count', `main..cortex/${task}`),
    branches: git('branch', '--format=%(refname:short)').replaceAll(task, 'TASK'),
  }
}

const timeless = (text: string): string =>
  text
    .replace(/"(durationMs|bytes)":\d+/g, '"$1":0')
    .replace(/"cached":(true|false)/g, '"cached":0')
    .replace(/"durations":\{[^}]*\}/g, '"durations":{}')
    .replace(/[0-9a-f]{40,64}/g, 'HASH')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/job-[A-Za-z0-9_-]{22}/g, 'JOB')
    .replace(/task-demo-\d+/g, 'TASK')

export const leftovers = (folder: string): string[] => {
  const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
  return processes.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return line.includes(folder) ? [`${pid} ${line}`] : []
    } catch {
      return [] // it ended while we looked
    }
  })
}

const victims = ['functions', 'nats-server'] as const
export type Victim = (typeof victims)[number]

/** The demo played in peace: its events in order, and what must be the same whatever is killed. */
const inPeace = async (base: string) => {
  const argv = ['--yes', '--sample', leanSample(base)]
  const folder = join(base, 'undisturbed')
  const run = runDemo(folder, argv)
  assert.equal(await run.ended, 0, run.lines.join('\n'))
  const events = run.lines.map(eventOf).filter((event) => event !== undefined)
  const expected = await tell(folder)
  assert.equal(expected.commits, '1')
  assert.ok(events.length >= 15, `too few events: ${events.join(' ')}`)
  return { argv, events, expected }
}

const inFolder = async (play: (base: string) => Promise<unknown>): Promise<void> => {
  const base = await mkdtemp(join(tmpdir(), 'cortex-kill-'))
  try {
    await play(base)
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

const endsTheSame = async (folder: string, expected: Story): Promise<void> => {
  assert.deepEqual(await tell(folder), expected)
  assert.deepEqual(leftovers(folder), [])
  await rm(folder, { recursive: true })
}

/**
 * Plays the demo once in peace, then once for each event that is chosen, killing the victim there; every end must be the same. As many
 * are played at a time as the test allows by its `concurrency`.
 */
export const killAtEvents = (t: TestContext, victim: Victim, choose: KillChoice): Promise<void> =>
  inFolder(async (base) => {
    const { argv, events, expected } = await inPeace(base)
    const kills = (await choose(events)).map((index) =>
      t.test(`kill -9 of ${victim} at event ${index + 1}, ${events[index]}`, async () => {
        const folder = join(base, `${victim}-${index}.`) // in the command lines of its own processes alone
        await playAndKill(folder, argv, victim, index)
        await endsTheSame(folder, expected)
      }),
    )
    await Promise.all(kills)
  })

/**
 * Plays the demo once in peace, then for each victim once more, killing it at every event that is chosen, one kill after the other in
 * the same story. An event that passes while the victim is dead already gets a story of its own.
 */
export const killInTurn = (t: TestContext, choices: Readonly<Record<Victim, KillChoice>>): Promise<void> =>
  inFolder(async (base) => {
    const { argv, events, expected } = await inPeace(base)
    const kills = victims.map((victim) =>
      t.test(`kill -9 of ${victim}`, async (inner) => {
        const left = new Set((await choices[victim](events)).map((index) => events[index]!))
        for (let story = 0; left.size > 0; story++) {
          const before = [...left]
          const folder = join(base, `${victim}-in-turn-${story}.`)
          await playAndKillAll(folder, argv, victim, left)
          await endsTheSame(folder, expected)
          inner.diagnostic(`killed at ${before.filter((type) => !left.has(type)).join(', ')}`)
          assert.ok(left.size < before.length, `nothing was killed at ${before.join(', ')}`)
        }
      }),
    )
    await Promise.all(kills)
  })

/** Starts the functions process as often as it was killed; what was killed at is taken out of `left`. */
const playAndKillAll = async (folder: string, argv: string[], victim: Victim, left: Set<string>): Promise<void> => {
  for (let ended: unknown = 'SIGKILL'; ended === 'SIGKILL'; ) {
    let isDead = false
    const run = runDemo(folder, argv, {
      onLine: (line) => {
        const type = eventOf(line)
        const pid = victim === 'functions' ? run.child.pid : natsPidOf(folder)
        if (isDead || !pid || !type || !left.delete(type)) return
        isDead = victim === 'functions'
        process.kill(pid, 'SIGKILL')
      },
    })
    ended = await run.ended
    assert.equal(ended, isDead ? 'SIGKILL' : 0, run.lines.join('\n'))
  }
}

const playAndKill = async (folder: string, argv: string[], victim: Victim, at: number): Promise<void> => {
  let seen = 0
  const run = runDemo(folder, argv, {
    onLine: (line) => {
      if (!eventOf(line) || seen++ !== at) return
      const pid = victim === 'functions' ? run.child.pid : natsPidOf(folder)
      if (pid) process.kill(pid, 'SIGKILL')
    },
  })
  const ended = await run.ended
  if (victim === 'nats-server') return assert.equal(ended, 0, run.lines.join('\n'))
  assert.equal(ended, 'SIGKILL')
  const again = runDemo(folder, argv)
  assert.equal(await again.ended, 0, again.lines.join('\n'))
}
