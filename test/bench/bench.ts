import { parseArgs } from 'node:util'
import { natsServerForTests } from '../support/tools.ts'
import { chain3, chain3State, parallel, parallelState } from './chains.ts'
import { creates } from './creates.ts'
import { gateway } from './gateway.ts'
import { idle } from './idle.ts'
import { lessons } from './lessons.ts'
import type { BenchOptions, Result } from './measure.ts'
import { paste } from './paste.ts'
import { rules } from './rules.ts'
import { rulesHistory } from './rules-history.ts'
import { story } from './story.ts'

/**
 * `npm run bench [-- --quick] [--only <name>] [--events <n>] [--json]`: how fast the bus is beside the raw client in the same run.
 * `--json` prints one object for the mode with fsync. `npm run bench -- idle [--minutes <n>]` lets a whole system be idle instead,
 * and prints the slopes of its memory and CPU; `npm run bench -- paste` times prompts that are put into a chat page,
 * `npm run bench -- lessons` the choice of lessons for a prompt.
 * `npm run bench -- rules` holds labelled rules before the gate, and ends with 1 where a goal is missed;
 * `npm run bench -- rules-history <bundle> --proposals <folder>` holds rules for a repository's fixes before it.
 */

interface Bench {
  readonly run: (options: BenchOptions) => Promise<Result>
  /** The goal with fsync, and without where there is one. */
  readonly goal: string
  readonly inJson?: false
}

const benches: Readonly<Record<string, Bench>> = {
  chain3: { run: chain3, goal: '<= 1.3x raw; 1.7x without fsync' },
  chain3_state: { run: chain3State, goal: '<= 1.6x raw with fsync' },
  parallel: { run: parallel, goal: '>= 0.65x raw with fsync' },
  parallel_state: { run: parallelState, goal: '>= 0.65x raw with fsync', inJson: false },
  creates: { run: creates, goal: '1,000 < 2,000 ms; 50 < 150 ms' },
  gateway: { run: gateway, goal: '1,000 < 2,000 ms; 50 < 150 ms' },
  story: { run: story, goal: '<= 4 ms with 2,000,000 events' },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    events: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    proposals: { type: 'string' },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const alone: Readonly<Record<string, () => Promise<unknown>>> = {
  idle: () => idle(Number(values.minutes), say),
  paste: () => paste(say),
  lessons: () => lessons(say),
  rules: () => rules(say),
}
const [name, bundle] = positionals
if (name === 'rules-history') {
  if (!bundle || !values.proposals) {
    process.stderr.write('bench: rules-history takes a bundle of git, and --proposals a folder with <commit>.json for its fixes\n')
    process.exit(2)
  }
  await rulesHistory(bundle, values.proposals, say)
  process.exit(0)
}
if (name !== undefined) {
  const run = alone[name]
  if (!run || positionals.length > 1 || !(Number(values.minutes) > 0)) {
    process.stderr.write(`bench: takes ${Object.keys(alone).join(' or ')}; --minutes takes a number above 0\n`)
    process.exit(2)
  }
  process.exit((await run()) === false ? 1 : 0)
}

const unknown = (values.only ?? []).filter((name) => !(name in benches))
const events = Number(values.events ?? (values.quick ? 20_000 : 200_000))
if (unknown.length > 0 || !Number.isInteger(events) || events < 100) {
  process.stderr.write(`bench: --only takes ${Object.keys(benches).join(', ')}; --events takes a whole number from 100\n`)
  process.exit(2)
}

const chosen = Object.entries(benches).filter(([name, { inJson }]) => values.only?.includes(name) ?? (!values.json || inJson !== false))
const measure = async (sync: 'always' | 'fast'): Promise<Result[]> => {
  const results: Result[] = []
  for (const [name, { run }] of chosen) {
    process.stderr.write(`${name} (${sync === 'always' ? 'fsync' : 'no fsync'}) ...\n`)
    results.push(await run({ binary: natsServerForTests(), sync, quick: values.quick, events }))
  }
  return results
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2))
const table = (results: readonly Result[]): string =>
  [
    ['what', 'ours', 'raw', 'ratio', 'goal', 'note'],
    ...results.map(({ name, unit, ours, raw, ratio, note }) => {
      return [name, `${number(ours)} ${unit}`, `${number(raw)} ${unit}`, `${ratio.toFixed(2)}x`, benches[name]?.goal ?? '', note ?? '']
    }),
  ]
    .map(([what = '', ours = '', raw = '', ratio = '', goal = '', note = '']) => {
      return `  ${what.padEnd(16)}${ours.padStart(16)}${raw.padStart(16)}${ratio.padStart(8)}   ${goal.padEnd(34)}${note}`.trimEnd()
    })
    .join('\n')

const durable = await measure('always')
if (values.json) {
  const rounded = durable.map(({ name, unit, ours, raw, ratio }) => {
    return [name, { ours: Number(ours.toFixed(3)), raw: Number(raw.toFixed(3)), ratio: Number(ratio.toFixed(3)), unit }]
  })
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`)
} else {
  process.stdout.write(`\nWith fsync (sync_interval: always), medians:\n${table(durable)}\n`)
  process.stdout.write(`\nWithout fsync (the server's default), medians:\n${table(await measure('fast'))}\n`)
}
