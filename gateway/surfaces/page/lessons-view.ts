import { html } from 'hono/html'
import type { z } from 'zod'
import { line } from '../../../domain/words/plain.ts'
import type { LessonsAnswer } from '../../answers.ts'
import type { Html } from './html.ts'
import { lessonChip } from './lesson-view.ts'
import { option } from './tasks-view.ts'
import { ago, sentence } from './words.ts'

interface Filter {
  readonly search: string
  readonly project: string
  readonly offset: number
}
interface View {
  readonly rows: z.infer<typeof LessonsAnswer>['lessons']
  readonly filter: Filter
  readonly projects: readonly string[]
  /** Rows on a page. */
  readonly page: number
  readonly hasMore: boolean
  readonly now: Date
}

/** What tasks taught, and a search in it. */
export const lessonsView = (view: View): Html => html`<div class="head"><h1>Lessons</h1></div>
<p class="quiet">What tasks taught. The fitting ones stand in the prompts of the tasks that follow.</p>
${filterForm(view)}
${view.rows.length === 0 ? nothing(view.filter) : html`<ol class="tasks">${view.rows.map((row) => lessonRow(row, view.now))}</ol>`}
${pager(view)}`

const filterForm = ({
  filter,
  projects,
}: View): Html => html`<form class="filter" method="get" action="/learned" role="search" aria-label="Search lessons">
<label class="grow"><span class="hidden">Words to look for</span>
<input type="search" name="search" value="${filter.search}" placeholder="Search" maxlength="500" data-key="/" data-does="Search"></label>
<label><span class="hidden">Project</span><select name="project">${option('', 'Any project', filter.project)}${projects.map((name) => option(name, name, filter.project))}</select></label>
<button>Search</button></form>`

const lessonRow = (row: View['rows'][number], now: Date): Html => html`<li id="row-${row.lesson}" class="task">
<div class="state">${lessonChip(row.state)}</div>
<div class="what"><a class="title" href="/lesson/${row.lesson}" data-row>${line(row.summary)}</a>
<p class="why">${sentence(row.category)}${row.file_paths.length > 0 && ` about ${line(row.file_paths.join(', ')).slice(0, 200)}`}; ${usesOf(row)}</p></div>
<p class="about"><span>${row.project}</span><span>${ago(row.learned_at, now)}</span></p></li>`

const usesOf = ({ applied, helped }: View['rows'][number]): string => {
  if (applied === 0) return 'not used yet'
  return `in ${applied === 1 ? '1 prompt' : `${applied} prompts`}${helped > 0 ? `, helped ${helped === 1 ? 'once' : `${helped} times`}` : ''}`
}

const nothing = ({ search, project, offset }: Filter): Html =>
  search || project || offset > 0
    ? html`<div class="empty"><p>No lesson fits.</p><p><a href="/learned">Show all lessons</a></p></div>`
    : html`<div class="empty"><p>There are no lessons yet.</p><p>With <code>[chum] enabled = true</code> in cortex.toml they are learned from the tasks that end from then on.</p></div>`

const pager = ({ filter, page, hasMore }: View): Html | false =>
  (filter.offset > 0 || hasMore) &&
  html`<nav class="pager" aria-label="Pages">
${filter.offset > 0 ? html`<a class="button" rel="prev" href="${address(filter, Math.max(0, filter.offset - page))}" data-key="[" data-does="The lessons before">Before</a>` : html`<span></span>`}
<span>${filter.offset + 1} to ${filter.offset + page}</span>
${hasMore ? html`<a class="button" rel="next" href="${address(filter, filter.offset + page)}" data-key="]" data-does="More lessons">More</a>` : html`<span></span>`}</nav>`

const address = ({ search, project }: Filter, offset: number): string => {
  const wanted = Object.entries({ search, project, offset: offset > 0 ? String(offset) : '' }).filter(([, value]) => value)
  return `/learned?${new URLSearchParams(wanted)}`
}
