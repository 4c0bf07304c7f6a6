import { html } from 'hono/html'
import type { GatewayContext } from '../../http/gateway-app.ts'
import type { Html } from './html.ts'

/** Where the wanted piece of a long text begins, from the address. */
export const offsetOf = ({ req }: GatewayContext): number => {
  const offset = Number(req.query('offset') ?? 0)
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0
}

interface Piece {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly offset: number
  /** Letters that are shown, and letters there are. */
  readonly shown: number
  readonly length: number
}

/** The way to the start and to the next piece; nothing where all of it is shown. */
export const piecePager = ({ path, query, offset, shown, length }: Piece): Html | false => {
  const next = offset + shown
  if (offset === 0 && next >= length) return false
  const to = (from: number): string => `${path}?${new URLSearchParams({ ...query, ...(from > 0 ? { offset: String(from) } : {}) })}`
  const share = (at: number): number => Math.round((at / Math.max(1, length)) * 100)
  return html`<nav class="pager" aria-label="Pieces">${offset > 0 ? html`<a class="button" href="${to(0)}">From the start</a>` : html`<span></span>`}
<span>${share(offset)} to ${share(next)} %</span>${next < length ? html`<a class="button" href="${to(next)}">Next piece</a>` : html`<span></span>`}</nav>`
}
