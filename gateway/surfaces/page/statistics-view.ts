import { html } from 'hono/html'
import { Phases } from '../../../domain/phases.ts'
import type { Statistics } from '../../../functions/views/statistics.ts'
import type { Html } from './html.ts'
import { figure, span, stageWord, usd } from './words.ts'

interface View {
  readonly statistics: Statistics
  /** Every day of the time that is looked at, oldest first. */
  readonly days: readonly string[]
  readonly spans: readonly number[]
  readonly chosen: number
}

/** Tables that a script draws as plots; without it they are read as they are. */
export const statisticsView = ({ statistics, days, spans, chosen }: View): Html => html`<div class="head"><h1>Statistics</h1>
<nav class="tabs small" aria-label="Days">${spans.map((one) => html`<a class="tab" href="/statistics?days=${one}"${one === chosen && html` aria-current="page"`}>${one} days</a>`)}</nav></div>
${outcomePlot(statistics, days)}${stagePlot(statistics)}${costPlot(statistics, days)}`

/** A cell is what people read and the number that is drawn. */
interface Cell {
  readonly text: string
  readonly value: number
}
interface Plot {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What one row is about, and the names of the values. */
  readonly first: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [string, ...Cell[]])[]
  readonly kind: 'stacked' | 'layered'
  readonly unit: string
}

const plotCard = ({
  id,
  title,
  about,
  first,
  columns,
  rows,
  kind,
  unit,
}: Plot): Html => html`<section class="card" id="${id}"><h2>${title}</h2><p class="quiet">${about}</p>
${rows.some(([, ...cells]) => cells.some(({ value }) => value > 0)) ? html`<div class="plot" data-plot="${kind}" data-table="${id}-table" data-unit="${unit}" hidden></div>` : html`<p>Nothing yet.</p>`}
<details class="figures"><summary>Figures</summary><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table id="${id}-table"><thead><tr><th scope="col">${first}</th>${columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(({ text, value }) => html`<td class="number" data-value="${value}">${text}</td>`)}</tr>`)}</tbody></table></div></details></section>`

const outcomes = [
  ['completed', 'Done'],
  ['escalated', 'Needed a person'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
] as const

const outcomePlot = ({ outcomes: sums }: Statistics, days: readonly string[]): Html => {
  const tasks = new Map(sums.map((sum) => [`${sum.day} ${sum.outcome}`, sum.tasks]))
  const cell = (value: number): Cell => ({ value, text: figure(value) })
  const rows = days.map((day) => [day, ...outcomes.map(([key]) => cell(tasks.get(`${day} ${key}`) ?? 0))] as const)
  const total = sums.reduce((sum, one) => sum + one.tasks, 0)
  const about = `${total === 1 ? '1 task' : `${figure(total)} tasks`} ended; days are UTC.`
  return plotCard({
    id: 'outcomes',
    title: 'Tasks per day',
    about,
    first: 'Day',
    columns: outcomes.map(([, name]) => name),
    rows,
    kind: 'stacked',
    unit: 'tasks',
  })
}

/** The order in which a task passes them. */
const order: readonly string[] = Phases

const stagePlot = ({ stages }: Statistics): Html => {
  const cell = (ms: number): Cell => ({ value: Math.round(ms / 600) / 100, text: span(ms) })
  const known = stages.filter(({ stage }) => order.includes(stage))
  const rows = known
    .toSorted((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage))
    .map(({ stage, medianMs, slowMs }) => [stageWord(stage), cell(medianMs), cell(slowMs)] as const)
  const about = 'How long a stay in a stage took: half of them were shorter than the median, nine of ten shorter than the second figure.'
  return plotCard({
    id: 'stages',
    title: 'Time per stage',
    about,
    first: 'Stage',
    columns: ['Median', 'Nine of ten'],
    rows,
    kind: 'layered',
    unit: 'minutes',
  })
}

const costPlot = ({ costs }: Statistics, days: readonly string[]): Html => {
  const byDay = new Map(costs.map((cost) => [cost.day, cost]))
  const rows = days.map((day) => {
    const cost = byDay.get(day)
    return [day, { value: cost?.usd ?? 0, text: cost?.usd === null || !cost ? '–' : usd(cost.usd) }] as const
  })
  const total = costs.reduce((sum, { usd: one }) => sum + (one ?? 0), 0)
  const tokens = costs.reduce((sum, one) => sum + one.tokens, 0)
  const calls = costs.reduce((sum, one) => sum + one.calls, 0)
  const about = `${usd(total)} for ${figure(calls)} calls of agents and ${figure(tokens)} tokens; calls without a known price count nothing.`
  return plotCard({ id: 'costs', title: 'Cost per day', about, first: 'Day', columns: ['USD'], rows, kind: 'stacked', unit: 'USD' })
}
