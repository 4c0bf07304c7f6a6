/** The tab, its context or the browser went away under us: what was under way is unknown, and the session must recover. */
export class PageLost extends Error {
  override readonly name = 'PageLost'
}
