import { html } from 'hono/html'
import { plain, visible } from '../../../domain/words/plain.ts'
import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import { cutAtLine, type DiffFile, type DiffLine, filesOf } from './diff.ts'
import type { Html } from './html.ts'
import { ifThere } from './part.ts'
import { offsetOf, piecePager } from './pieces.ts'
import { respond } from './respond.ts'
import { taskHead } from './task-view.ts'

/** Letters of a change on one page. */
const MOST = 120_000

/** `/task/:id/diff`: the change by files, in pieces when it is long. */
export const diffRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/task/:id/diff', async (context) => {
    const operations = operationsFor(context, around)
    const status = await operations.status({ id: context.req.param('id') })
    const change = await ifThere(operations.diff({ id: status.id, offset: offsetOf(context) }))
    const body = html`${taskHead(status, 'diff')}${change ? changeView(status.id, change) : html`<div class="empty"><p>There is no change yet.</p></div>`}`
    return respond(context, { title: `Changes of ${status.title}`, section: 'tasks', body })
  })
}

const changeView = (id: string, { text, offset, length, sha }: { text: string; offset: number; length: number; sha: string }): Html => {
  const { shown } = cutAtLine(text, MOST)
  const files = filesOf(shown)
  const pager = piecePager({ path: `/task/${id}/diff`, query: {}, offset, shown: shown.length, length })
  return html`<p class="quiet">Commit <code>${sha.slice(0, 12)}</code>, ${files.length === 1 ? '1 file' : `${files.length} files`}${pager && ' on this page'}</p>${pager}
${files.map(fileView)}${pager}`
}

const fileView = (
  { name, added, removed, lines }: DiffFile,
  index: number,
): Html => html`<details class="card diff" open id="file-${index}"><summary><code>${plain(name) || 'the file before, continued'}</code>
<span class="counts"><span class="plus">+${added}</span> <span class="minus">−${removed}</span></span></summary>
<pre tabindex="0" role="region" aria-label="Change of ${plain(name) || 'the file before'}">${lines.map(lineView)}</pre></details>`

const lineView = ({ kind, text }: DiffLine): Html => html`<span class="${kind}">${visible(text)}
</span>`
