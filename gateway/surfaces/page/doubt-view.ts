import { html } from 'hono/html'
import { line } from '../../../domain/words/plain.ts'
import { dataOf } from './facts.ts'
import type { Html } from './html.ts'
import type { TaskView } from './look.ts'
import { findingList } from './rounds-view.ts'

/** Where a person must look at how a change touches the tests: what it touched, and the approval of this very change. */
export const doubtView = ({ look: { status, facts }, mayDecide }: TaskView): Html | undefined => {
  const last = facts.findLast(({ type }) => type === 'task.escalated')
  const escalation = last && status.phase === 'escalated' ? dataOf(last, 'task.escalated') : undefined
  if (!escalation?.yardstick) return undefined
  return html`<section class="card decision" id="doubt"><h2>Tests changed <small><code>${escalation.yardstick.slice(0, 8)}</code></small></h2>
<p>${line(escalation.reason)}</p>${findingList(escalation.findings)}
<p><a href="/task/${status.id}/diff">Look at the changes</a>. To have the tests left alone, open the task again with guidance.</p>
${
  mayDecide
    ? html`<div class="decide"><form method="post" action="/task/${status.id}/approve"><input type="hidden" name="yardstick" value="${escalation.yardstick}"><button class="primary">Let it be judged by its own tests</button></form></div>`
    : html`<p class="quiet">Your token may not decide (scope <code>approve</code>).</p>`
}</section>`
}
