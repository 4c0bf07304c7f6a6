import { html } from 'hono/html'
import { line, plain } from '../../../domain/words/plain.ts'
import type { LogsAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import { cutAtLine } from './diff.ts'
import type { Html } from './html.ts'
import { offsetOf, piecePager } from './pieces.ts'
import { respond } from './respond.ts'
import { taskHead } from './task-view.ts'
import { ago, bytes } from './words.ts'

/** Letters of a log on one page. */
const MOST = 100_000

/** `/task/:id/logs`: what agents and checks wrote, one log at a time, in pieces when it is long. */
export const logRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/task/:id/logs', async (context) => {
    const operations = operationsFor(context, around)
    const status = await operations.status({ id: context.req.param('id') })
    const number = Number(context.req.query('number'))
    const answer = await operations.logs({
      id: status.id,
      offset: offsetOf(context),
      ...(Number.isSafeInteger(number) && number > 0 ? { number } : {}),
    })
    const body = html`${taskHead(status, 'logs')}${answer.logs.length > 0 ? logsView(answer, around.now()) : html`<div class="empty"><p>Nothing has left a log yet.</p></div>`}`
    return respond(context, { title: `Logs of ${status.title}`, section: 'tasks', body })
  })
}

const logsView = (answer: LogsAnswer, now: Date): Html =>
  html`<div class="sides reverse"><nav class="card" aria-label="Logs"><ol class="logs">${answer.logs.map(
    (
      log,
    ) => html`<li><a href="/task/${answer.id}/logs?number=${log.number}"${log.number === answer.number && html` aria-current="page"`}><strong>${line(log.about)}</strong>
<span class="quiet">${log.event} · ${bytes(log.bytes)} · ${ago(log.at, now)}</span></a></li>`,
  )}</ol></nav>${logText(answer)}</div>`

const logText = ({ id, number, text, offset, length }: LogsAnswer): Html => {
  const { shown } = cutAtLine(text, MOST)
  const pager = piecePager({ path: `/task/${id}/logs`, query: { number: String(number) }, offset, shown: shown.length, length })
  return html`<div class="wide">${pager}<pre class="block" tabindex="0" role="region" aria-label="Log ${number}">${plain(shown) || '(empty)'}</pre>${pager}</div>`
}
