import type { z } from 'zod'
import { markedMeaningOf } from '../domain/words/meaning.ts'
import { plain } from '../domain/words/plain.ts'
import { inWords } from '../domain/words/time-in-words.ts'
import { laneTrouble } from '../domain/words/why-waiting.ts'
import type { JobAnswer, ListAnswer, LogsAnswer, StatusAnswer, StoryEvent, SystemAnswer } from '../gateway/answers.ts'

/** Text for people from answers. Pure; nothing here reads a clock or writes. */

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'
/** Paints a text, or leaves it as it is where colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string
const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 }
export const painter =
  (colours: boolean): Paint =>
  (colour, text) =>
    colours ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text

/** A text of somebody else's in which nothing can steer a terminal or turn the direction of reading; lines stay, tabs become spaces. */
export const harmless = (text: string): string => plain(text).replaceAll('\t', '  ')

/** Cut to a width with an ellipsis. */
export const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`)

type Event = z.infer<typeof StoryEvent>

/** `elapsed, event, one meaning`: elapsed since `start` in seconds. */
export const storyLine = (event: Event, start: string, paint: Paint): string => {
  const elapsed = Math.max(0, Date.parse(event.time) - Date.parse(start)) / 1000
  return `${`${elapsed.toFixed(1)} s`.padStart(9)}  ${paint(colourOf(event.type), event.type.padEnd(20))}  ${harmless(markedMeaningOf(event))}`.trimEnd()
}

const colourOf = (type: string): Colour => {
  if (/\.(failed|rejected|escalated|refused|cancelled|expired|exhausted|unanswered|unavailable)$/.test(type)) return 'red'
  if (/\.(completed|passed|approved)$/.test(type)) return 'green'
  return /^gate\./.test(type) ? 'yellow' : 'dim'
}

/** Columns as wide as their widest cell; the last one is as it is. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const money = ({ usage }: StatusAnswer): string => (usage.costUsd === undefined ? '' : `, ${usage.costUsd.toFixed(2)} USD`)
const spent = (status: StatusAnswer): string => {
  const { inputTokens, outputTokens } = status.usage
  return `${inputTokens} tokens in, ${outputTokens} out${money(status)}`
}
const durations = (status: StatusAnswer): string =>
  Object.entries(status.durations)
    .filter(([, milliseconds]) => milliseconds >= 100)
    .map(([phase, milliseconds]) => `${phase} ${milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : inWords(milliseconds)}`)
    .join(', ')

/** Everything `cortex status` shows. */
export const statusText = (status: StatusAnswer, paint: Paint): string => {
  const rows: [string, string][] = [
    ['task', paint('bold', status.id)],
    ['title', status.title],
    ['status', `${status.status} (${status.phase})`],
    ['now', status.why],
    ['project', status.project ?? ''],
    ['priority', String(status.priority)],
    [
      'agents',
      status.agents ? `${status.agents.planner} plans, ${status.agents.implementer} writes, ${status.agents.reviewer} reviews` : '',
    ],
    ['attempt', status.attempt ? `${status.attempt.n}${status.attempt.handoff > 0 ? `, handoff ${status.attempt.handoff}` : ''}` : ''],
    ['plan', status.plan_hash ? `${status.plan_hash.slice(0, 12)}, revision ${status.plan_revision}` : ''],
    ['detail', status.why.endsWith(status.detail) || status.status === 'completed' ? '' : status.detail],
    ['branch', status.branch ?? ''],
    ['files', status.files.join(', ')],
    ['note', (status.notes ?? []).join('\n')],
    ['answer', status.answer ?? ''],
    ['took', durations(status)],
    ['used', spent(status)],
  ]
  return rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) =>
      `${name.padEnd(9)} ${harmless(value)
        .split('\n')
        .join(`\n${' '.repeat(10)}`)}`.replace(harmless(paint('bold', status.id)), paint('bold', status.id)),
    )
    .join('\n')
}

/** Everything `cortex status` shows without an id. */
export const systemText = (
  { process, server, open, running, lane, standby, disk, views, streams = [], chat = [] }: SystemAnswer,
  now: string,
  held: readonly string[] = [],
): string => {
  const phases = Object.entries(open).map(([phase, n]) => `${n} ${phase}`)
  const rows: [string, string][] = [
    ['system', `process ${process}, nats-server ${server}`],
    ['tasks', phases.length > 0 ? phases.join(', ') : 'none open'],
    ...running.map(({ fn, task, since }): [string, string] => ['runs', `${fn} for ${task || 'the door'}, ${ago(since, now)}`]),
    ...(lane ? [['browser', laneText(lane, now)] satisfies [string, string]] : []),
    ...(standby ? [['standby', standby] satisfies [string, string]] : []),
    ...(disk ? [['disk', disk] satisfies [string, string]] : []),
    ...(views ? [['lists', viewsText(views)] satisfies [string, string]] : []),
    ...streams.map(({ stream, words }): [string, string] => ['stream', `${stream}: ${words}`]),
    ...chat.map((one): [string, string] => ['chat', `${one.platform}: ${one.state}, ${one.reason}, ${ago(one.since, now)}`]),
    ...held.map((why): [string, string] => ['held', why]),
  ]
  return rows.map(([name, value]) => `${name.padEnd(9)} ${harmless(value)}`).join('\n')
}

const ago = (since: string, now: string): string => `for ${inWords(Date.parse(now) - Date.parse(since))}`

const viewsText = ({ percent, older }: NonNullable<SystemAnswer['views']>): string =>
  `made from the stream, ${percent} % done; ${older ? 'those of an older version answer until then' : 'not all tasks are in them yet'}`

const laneText = (lane: NonNullable<SystemAnswer['lane']>, now: string): string => {
  const trouble = laneTrouble(lane).replace(/^; the browser lane is /, '')
  const jobs = lane.waiting === 0 ? 'nothing waits' : `${lane.waiting} in the queue`
  return `${trouble || `ready${lane.site ? ` (${lane.site})` : ''}`}${lane.since ? `, ${ago(lane.since, now)}` : ''}; ${jobs}`
}

/** What `cortex status` shows of a job of the model proxy. */
export const jobText = ({ id, state, why, queued_at, sent_at, completed_at }: JobAnswer): string =>
  [
    ['job', id],
    ['status', state],
    ['now', why],
    ['queued', queued_at],
    ['sent', sent_at ?? ''],
    ['ended', completed_at ?? ''],
  ]
    .filter(([, value]) => value !== '')
    .map(([name = '', value = '']) => `${name.padEnd(9)} ${harmless(value)}`)
    .join('\n')

/** What a task took, in one or two lines after its end. */
export const totalsText = (status: StatusAnswer): string => [`took: ${durations(status) || 'no time'}`, `used: ${spent(status)}`].join('\n')

export const listText = ({ tasks }: ListAnswer, now: string): string => {
  if (tasks.length === 0) return 'no tasks'
  const rows = tasks.map((task) => [
    task.id,
    task.status,
    task.phase,
    String(task.priority),
    task.project ?? '-',
    `${inWords(Date.parse(now) - Date.parse(task.updatedAt))} ago`,
    cut(harmless(task.title).replaceAll('\n', ' '), 60),
  ])
  return table([['TASK', 'STATUS', 'PHASE', 'PRIORITY', 'PROJECT', 'CHANGED', 'TITLE'], ...rows])
}

export const logsText = ({ logs }: LogsAnswer): string =>
  logs.length === 0
    ? 'no logs yet'
    : table([
        ['LOG', 'EVENT', 'BYTES', 'OF'],
        ...logs.map(({ number, event, bytes, about }) => [String(number), event, String(bytes), harmless(about)]),
      ])

/** A plan for a person who shall decide on it. */
export const planText = (
  plan: {
    summary: string
    steps: readonly { description: string; file: string; rationale: string }[]
    files_to_modify: readonly string[]
    acceptance_criteria: readonly string[]
    estimated_complexity: string
    risk_assessment: string
  },
  hash: string,
  paint: Paint,
): string => {
  const lines = [
    `${paint('bold', 'Plan')} ${hash.slice(0, 12)}: ${harmless(plan.summary)}`,
    '',
    'Steps',
    ...plan.steps.map(({ description, file }, index) => `  ${index + 1}. ${harmless(description)}${file ? ` [${harmless(file)}]` : ''}`),
    'Files',
    ...plan.files_to_modify.map((file) => `  ${harmless(file)}`),
    'Done when',
    ...plan.acceptance_criteria.map((criterion) => `  - ${harmless(criterion)}`),
    `Complexity: ${plan.estimated_complexity}${plan.risk_assessment ? `. Risk: ${harmless(plan.risk_assessment)}` : ''}`,
  ]
  return lines.join('\n')
}
