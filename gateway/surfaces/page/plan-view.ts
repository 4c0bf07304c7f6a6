import { html } from 'hono/html'
import type { Plan } from '../../../domain/catalogue/plan.ts'
import { line, plain } from '../../../domain/words/plain.ts'
import type { Tried } from './form.ts'
import type { Html } from './html.ts'
import type { PlanLook } from './look.ts'

interface View {
  readonly look: PlanLook
  readonly mayDecide: boolean
  readonly tried: Tried | undefined
}

/** The plan, and where it waits for a person, the decision on this very plan: every form carries the hash of what is shown. */
export const planView = (view: View): Html => {
  const { look } = view
  const { plan, plan_hash: hash, revision, waits, text } = look
  const title = html`Plan <small>${revision > 1 && `revision ${revision}, `}<code>${hash.slice(0, 8)}</code></small>`
  const content = plan
    ? planText(plan)
    : html`<pre class="block" tabindex="0" role="region" aria-label="Plan">${plain(text.slice(0, MOST_TEXT))}</pre>`
  if (!waits)
    return html`<section class="card" id="plan"><details id="plan-details"><summary><h2>${title}</h2></summary>${content}</details></section>`
  return html`<section class="card decision" id="plan" data-hash="${hash}"><h2>${title}</h2>
<p class="replaced" role="alert" hidden>The plan that you saw here was replaced by another one. <a href="/task/${view.look.id}">Show the new plan</a></p>
<p class="replaced passed" role="alert" hidden>This plan waits for no decision any more; what you typed stays until you leave. <a href="/task/${view.look.id}">Show the task as it is</a></p>
${look.base && html`<div class="base" role="note"><h3>The base</h3><pre class="block" tabindex="0" role="region" aria-label="What fails on the base">${plain(look.base)}</pre></div>`}${content}${view.mayDecide ? decision(view) : html`<p class="quiet">Your token may not decide on plans (scope <code>approve</code>).</p>`}</section>`
}

const MOST_TEXT = 100_000

const planText = (plan: Plan): Html => html`<p class="lead">${plain(plan.summary)}</p>
<ol class="plan">${plan.steps.map(({ description, file, rationale }) => html`<li><p>${plain(description)}${file && html` <code>${line(file)}</code>`}</p>${rationale && html`<p class="quiet">${plain(rationale)}</p>`}</li>`)}</ol>
<div class="columns lists"><div><h3>Files</h3><ul class="files">${plan.files_to_modify.map((file) => html`<li><code>${line(file)}</code></li>`)}</ul></div>
<div><h3>Done when</h3><ul>${plan.acceptance_criteria.map((criterion) => html`<li>${plain(criterion)}</li>`)}</ul></div></div>
<dl class="pairs"><dt>Complexity</dt><dd>${plan.estimated_complexity}</dd>${plan.risk_assessment && html`<dt>Risk</dt><dd>${plain(plan.risk_assessment)}</dd>`}</dl>`

const decision = ({ look, tried }: View): Html => {
  const action = (name: string): string => `/task/${look.id}/${name}`
  const hash = html`<input type="hidden" name="planHash" value="${look.plan_hash}">`
  const kept = (name: string, field: string): string => (tried?.action === name ? (tried.values[field] ?? '') : '')
  const open = (name: string) => tried?.action === name && html` open`
  return html`<div class="decide" role="group" aria-label="Decide on this plan">
<form method="post" action="${action('approve')}">${hash}<button class="primary" data-key="a" data-does="Go to Approve">Approve</button></form>
<details id="ask"${open('question')}><summary class="button" data-key="c" data-does="Ask for changes">Ask for changes</summary>
<form method="post" action="${action('question')}" class="fields">${hash}<label>What should change? <textarea name="wish" rows="4" required maxlength="20000">${kept('question', 'wish')}</textarea></label><button class="primary">Send and plan again</button></form></details>
<details id="reject"${open('reject')}><summary class="button danger" data-key="r" data-does="Reject the plan">Reject</summary>
<form method="post" action="${action('reject')}" class="fields">${hash}<label>Why? <textarea name="reason" rows="2" required maxlength="2000">${kept('reject', 'reason')}</textarea></label><button class="danger">Reject the plan and end the task</button></form></details></div>`
}
