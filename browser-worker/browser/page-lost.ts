/** The tab, its context or the browser went away under us: what was under way is unknown, and the session must recover. */
export class PageLost extends Error {
  override readonly name: string = 'PageLost'
}

/** The page is there and does nothing any more. What shares its process or waits for it may hang too, so only a new browser surely helps. */
export class PageFrozen extends PageLost {
  override readonly name = 'PageFrozen'
}
