import { setTimeout as wait } from 'node:timers/promises'
import { findBrowser } from '../../infra/setup/find-browser.mjs'
import { startSimulator } from '../../simulator/simulator.ts'
import { openDesk } from '../support/command-line.ts'
import { type Load, loadOf } from './process-tree.ts'

/** One look at all groups; `at` in seconds since the first. */
interface Sample {
  readonly at: number
  readonly groups: ReadonlyMap<string, Load>
}

const EVERY_S = 10
/** What is started, read and compiled in the first minute is no growth. */
const WARM_UP_S = 60

const groupOf = (command: string): string => {
  if (command.includes('nats-server')) return 'nats-server'
  if (command.includes('worker-main')) return 'browser worker'
  return /chrom/i.test(command) ? 'chromium' : 'cortex'
}

/** Lets a whole system with its browser lane be idle, and tells what memory and CPU do: nothing, if all is well. */
export const idle = async (minutes: number, say: (line: string) => void): Promise<void> => {
  const hasBrowser = findBrowser(process.env) !== null
  if (!hasBrowser) say('no Chromium or Chrome here: measured without the browser lane')
  await using page = await startSimulator()
  await using desk = await openDesk({ 'README.md': 'idle\n' })
  const lane = hasBrowser ? `[lanes.browser]\nurl = "${page.url}"\nwindow = "headless"\n` : ''
  await desk.configure(`${lane}[gateway]\nport = 0\n[gateway.proxy]\nport = 0\n[nats]\nport = 0\n[log]\nlevel = "warn"\n`)
  const up = desk.start(['up'], { PATH: process.env['PATH'] ?? '' })
  await up.line(/Cortex is up/)
  const root = up.child.pid
  if (root === undefined) throw new Error('cortex up has no process id')
  say(`warming up for ${WARM_UP_S} s`)
  await wait(WARM_UP_S * 1000)
  const samples: Sample[] = []
  const began = Date.now()
  while (Date.now() - began <= minutes * 60_000) {
    samples.push({ at: (Date.now() - began) / 1000, groups: loadOf(root, groupOf) })
    say(
      `${Math.round((Date.now() - began) / 1000)} s: ${[...samples.at(-1)!.groups].map(([name, { memory }]) => `${name} ${memory.toFixed(0)} MB`).join(', ')}`,
    )
    await wait(EVERY_S * 1000)
  }
  for (const line of report(samples)) say(line)
}

/** Memory at the first and last look and its slope, and the CPU between them. */
const report = (samples: readonly Sample[]): string[] => {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || first === last) return ['too short: there is one look only']
  const names = [...new Set(samples.flatMap(({ groups }) => [...groups.keys()])), 'all']
  const rows = names.map((name) => {
    const points = samples.map(({ at, groups }) => ({ at, ...loadIn(groups, name) }))
    const cpu = ((loadIn(last.groups, name).cpu - loadIn(first.groups, name).cpu) / (last.at - first.at)) * 100
    const { memory: from } = loadIn(first.groups, name)
    const { memory: to } = loadIn(last.groups, name)
    return `  ${name.padEnd(16)}${from.toFixed(1).padStart(9)} MB${to.toFixed(1).padStart(9)} MB${slope(points).toFixed(2).padStart(10)} MB/h${cpu.toFixed(2).padStart(9)} %`
  })
  const head = `  ${'what'.padEnd(16)}${'first'.padStart(12)}${'last'.padStart(12)}${'slope'.padStart(15)}${'CPU'.padStart(11)}`
  return [
    '',
    `Idle for ${(last.at / 60).toFixed(1)} minutes, ${samples.length} looks (proportional memory; CPU of one core):`,
    head,
    ...rows,
  ]
}

const loadIn = (groups: ReadonlyMap<string, Load>, name: string): Load => {
  if (name !== 'all') return groups.get(name) ?? { memory: 0, cpu: 0 }
  return [...groups.values()].reduce((sum, { memory, cpu }) => ({ memory: sum.memory + memory, cpu: sum.cpu + cpu }), { memory: 0, cpu: 0 })
}

/** Least squares over all looks, in MB an hour. */
const slope = (points: readonly { readonly at: number; readonly memory: number }[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [at, memory] = [mean(points.map((point) => point.at)), mean(points.map((point) => point.memory))]
  const over = points.reduce((sum, point) => sum + (point.at - at) * (point.memory - memory), 0)
  const under = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0)
  return under === 0 ? 0 : (over / under) * 3600
}
