import { html } from 'hono/html'
import { isEnded } from '../../../domain/phases.ts'
import { line } from '../../../domain/words/plain.ts'
import type { StatusAnswer } from '../../answers.ts'
import { dataOf } from './facts.ts'
import type { Html } from './html.ts'
import type { TaskView } from './look.ts'
import { mendBox, priorityOptions } from './tasks-view.ts'
import { ago, figure, priorityWord, span, stageWord, usd } from './words.ts'

/** What it is made of, what it took, and how to steer it. */
export const taskAside = (view: TaskView): Html => html`<aside aria-label="About this task">
<section class="card" id="about"><h2>About</h2>${about(view)}</section>
<section class="card" id="took"><h2>What it took</h2>${took(view.look.status)}</section>
${
  view.maySteer && view.look.status.status !== 'completed' && html`<section class="card" id="steer"><h2>Steer</h2>${steer(view)}</section>`
}</aside>`

const pair = (name: string, value: unknown): Html | false => value !== undefined && value !== '' && html`<dt>${name}</dt><dd>${value}</dd>`

const about = ({ look: { status }, now }: TaskView): Html => html`<dl class="pairs right">
${pair('Project', status.project)}${pair('Category', status.category)}${pair('Priority', priorityWord(status.priority))}
${pair('Created', ago(status.created_at, now))}${pair('Changed', ago(status.updated_at, now))}
${status.agents && html`${pair('Plans', status.agents.planner)}${pair('Writes', status.agents.implementer)}${pair('Reviews', status.agents.reviewer)}`}
${pair('Attempt', status.attempt && `${status.attempt.n}${status.attempt.handoff > 0 ? `, handoff ${status.attempt.handoff}` : ''}`)}
${pair('Branch', status.branch && html`<code>${status.branch}</code>`)}${pair('Commit', status.sha && html`<code>${status.sha.slice(0, 12)}</code>`)}
${pair('Files', status.files.length > 0 ? html`<a href="/task/${status.id}/diff">${status.files.length === 1 ? line(status.files[0] ?? '') : `${status.files.length} files`}</a>` : '')}
${pair('Note', status.notes?.length ? status.notes.map((note) => html`<p>${line(note)}</p>`) : '')}
${pair('Waits for', status.phase === 'blocked' ? status.waiting_for.map((id) => html`<a href="/task/${id}">${id}</a> `) : '')}</dl>`

const took = ({ usage, durations }: StatusAnswer): Html => {
  const stages = Object.entries(durations).filter(([, ms]) => ms >= 100)
  return html`<dl class="pairs right">${pair('Cost', usage.costUsd === undefined ? 'no price known' : usd(usage.costUsd))}
${pair('Tokens in', figure(usage.inputTokens))}${pair('Tokens out', figure(usage.outputTokens))}
${usage.cacheReadTokens > 0 && pair('From cache', figure(usage.cacheReadTokens))}
${stages.map(([phase, ms]) => pair(stageWord(phase), span(ms)))}</dl>`
}

/** Whether it ended because of what fails at the commit that it starts from. */
const isBaseBroken = (facts: TaskView['look']['facts']): boolean => {
  const last = facts.findLast(({ type }) => type === 'task.escalated')
  return last !== undefined && dataOf(last, 'task.escalated')?.class === 'base_broken'
}

const steer = ({ look: { status, facts }, tried }: TaskView): Html => {
  const kept = (name: string, field: string): string => (tried?.action === name ? (tried.values[field] ?? '') : '')
  const open = (name: string) => tried?.action === name && html` open`
  const action = (name: string): string => `/task/${status.id}/${name}`
  const cancel = html`<details id="cancel"${open('cancel')}><summary class="button danger" data-key="x" data-does="Cancel the task">Cancel the task</summary><form method="post" action="${action('cancel')}" class="fields">
<label>Why? <input name="reason" maxlength="2000" value="${kept('cancel', 'reason')}"></label><button class="danger">Cancel it now</button></form></details>`
  if (isEnded(status))
    return html`<details id="retry"${open('retry')}><summary class="button" data-key="e" data-does="Try again">Try again</summary><form method="post" action="${action('retry')}" class="fields">
<label>Guidance <textarea name="guidance" rows="4" maxlength="20000" placeholder="What should be different this time">${kept('retry', 'guidance')}</textarea></label>${isBaseBroken(facts) && mendBox(tried?.values['mendBase'])}<button class="primary">Open it again</button></form></details>${status.phase === 'escalated' && cancel}`
  return html`<form method="post" action="${action('prioritise')}" class="fields"><label>Priority <span class="row"><select name="priority">${priorityOptions(String(status.priority))}</select> <button>Change</button></span></label></form>
${cancel}`
}
