import { html } from 'hono/html'
import { priorities } from '../../../domain/choices.ts'
import { Statuses } from '../../../domain/phases.ts'
import { line } from '../../../domain/words/plain.ts'
import type { ListAnswer } from '../../answers.ts'
import type { Html } from './html.ts'
import { ago, phaseChip, priorityWord, sentence } from './words.ts'

export interface Filter {
  readonly status: string
  readonly project: string
  readonly priority: string
  readonly search: string
  readonly offset: number
}
type ListedRow = ListAnswer['tasks'][number]

interface View {
  readonly rows: readonly ListedRow[]
  readonly filter: Filter
  readonly projects: readonly string[]
  /** Rows on a page. */
  readonly page: number
  readonly hasMore: boolean
  readonly now: Date
}

export const tasksView = (view: View): Html => html`<div class="head"><h1>Tasks</h1></div>
${filterForm(view)}
${view.rows.length === 0 ? nothing(view.filter) : html`<ol class="tasks">${view.rows.map((row) => taskRow(row, view.now))}</ol>`}
${pager(view)}`

const filterForm = ({
  filter,
  projects,
}: View): Html => html`<form class="filter" method="get" action="/" role="search" aria-label="Filter tasks">
<label class="grow"><span class="hidden">Search in ids, titles and reasons</span>
<input type="search" name="search" value="${filter.search}" placeholder="Search" data-key="/" data-does="Search"></label>
<label><span class="hidden">Status</span><select name="status">${option('', 'Any status', filter.status)}${Statuses.map((name) => option(name, sentence(name), filter.status))}</select></label>
<label><span class="hidden">Project</span><select name="project">${option('', 'Any project', filter.project)}${projects.map((name) => option(name, name, filter.project))}</select></label>
<label><span class="hidden">Priority</span><select name="priority">${option('', 'Any priority', filter.priority)}${priorityOptions(filter.priority)}</select></label>
<button>Filter</button></form>`

export const option = (value: string, text: string, chosen: string): Html =>
  html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`

export const priorityOptions = (chosen: string): Html =>
  html`${Object.entries(priorities).map(([name, value]) => option(String(value), sentence(name), chosen))}`

export const mendBox = (ticked: string | undefined): Html =>
  html`<label class="row"><input type="checkbox" name="mendBase" value="true"${ticked === 'true' && html` checked`}> The task is to make the base green</label>`

const taskRow = (row: ListedRow, now: Date): Html => html`<li id="row-${row.id}" class="task">
<div class="state">${phaseChip(row.phase, row.waiting_for)}</div>
<div class="what"><a class="title" href="/task/${row.id}" data-row>${line(row.title) || row.id}</a>
<p class="why">${reasonOf(row)}</p></div>
<p class="about">${row.project && html`<span>${row.project}</span>`}${row.priority < 5 && html`<span class="urgent">${priorityWord(row.priority)}</span>`}${row.priority > 5 && html`<span>${priorityWord(row.priority)}</span>`}<span>${ago(row.updatedAt, now)}</span></p></li>`

const reasonOf = ({ why, reason, id }: ListedRow): string => line(why ?? reason ?? '') || id

const nothing = ({ status, project, priority, search, offset }: Filter): Html =>
  status || project || priority || search || offset > 0
    ? html`<div class="empty"><p>No task fits.</p><p><a href="/">Show all tasks</a></p></div>`
    : html`<div class="empty"><p>There are no tasks yet.</p><p><a class="button primary" href="/new">Create the first one</a></p></div>`

const pager = ({ filter, page, hasMore }: View): Html | false =>
  (filter.offset > 0 || hasMore) &&
  html`<nav class="pager" aria-label="Pages">
${filter.offset > 0 ? html`<a class="button" rel="prev" href="${address(filter, Math.max(0, filter.offset - page))}" data-key="[" data-does="Newer tasks">Newer</a>` : html`<span></span>`}
<span>${filter.offset + 1} to ${filter.offset + page}</span>
${hasMore ? html`<a class="button" rel="next" href="${address(filter, filter.offset + page)}" data-key="]" data-does="Older tasks">Older</a>` : html`<span></span>`}</nav>`

const address = ({ status, project, priority, search }: Filter, offset: number): string => {
  const wanted = Object.entries({ status, project, priority, search, offset: offset > 0 ? String(offset) : '' }).filter(
    ([, value]) => value,
  )
  return `/?${new URLSearchParams(wanted)}`
}
