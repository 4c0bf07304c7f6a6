import { html } from 'hono/html'
import { isEnded } from '../../../domain/phases.ts'
import { line, plain } from '../../../domain/words/plain.ts'
import type { StatusAnswer } from '../../answers.ts'
import { doubtView } from './doubt-view.ts'
import { dataOf } from './facts.ts'
import type { Html } from './html.ts'
import type { TaskLook, TaskView } from './look.ts'
import { planView } from './plan-view.ts'
import { roundsOf } from './rounds.ts'
import { roundsView } from './rounds-view.ts'
import { taskAside } from './task-aside.ts'
import { timelineView } from './timeline.ts'
import { phaseChip } from './words.ts'

/** A task: where it is and why, what a person may decide, what came of it, and how it came to it. */
export const taskView = (view: TaskView): Html => {
  const { status, facts, plan, logs } = view.look
  const planPart = plan && planView({ look: plan, mayDecide: view.mayDecide, tried: view.tried })
  return html`${taskHead(status, 'task')}
<div class="sides"><div class="wide">
${status.answer && html`<section class="card" id="answer"><h2>Answer</h2><div class="prose">${plain(status.answer)}</div></section>`}
${plan?.waits && planPart}
${doubtView(view)}
${!isEnded(status) && liveOutput}
${roundsView({ id: status.id, rounds: roundsOf(facts), logs })}
${!plan?.waits && planPart}
${description(view.look)}
${timelineView(facts)}
</div>${taskAside(view)}</div>`
}

/** What every page of a task begins with. */
export const taskHead = (
  status: StatusAnswer,
  here: 'task' | 'diff' | 'logs',
): Html => html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Tasks</a> <span aria-hidden="true">/</span> <code>${status.id}</code></nav>
<div class="head"><h1>${line(status.title) || status.id}</h1></div>
<p class="now" id="now"${isEnded(status) && html` data-ended`}><span role="status">${phaseChip(status.phase, status.waiting_for)}</span> <span>${line(status.why)}</span></p>
<nav class="tabs" aria-label="Task">${tab(`/task/${status.id}`, 'Overview', 'o', here === 'task')}${tab(`/task/${status.id}/diff`, 'Changes', 'd', here === 'diff')}${tab(`/task/${status.id}/logs`, 'Logs', 'l', here === 'logs')}</nav>`

const tab = (href: string, text: string, key: string, isHere: boolean): Html =>
  html`<a class="tab" href="${href}" data-key="${key}" data-does="${text}"${isHere && html` aria-current="page"`}>${text}</a>`

/** Filled by the browser from the events; it stays as it is when the page looks again. */
const liveOutput = html`<section class="card" id="live" data-keep hidden><h2>Live output <small id="live-of"></small></h2>
<pre class="block" id="live-text" role="log" aria-live="off" aria-label="Live output" tabindex="0"></pre></section>`

const description = ({ facts }: TaskLook): Html | undefined => {
  const created = facts[0] && dataOf(facts[0], 'task.created')
  return created?.description
    ? html`<section class="card" id="description"><h2>Description</h2><div class="prose">${plain(created.description)}</div></section>`
    : undefined
}
