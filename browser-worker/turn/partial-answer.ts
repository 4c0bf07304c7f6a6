import { htmlToMarkdown } from '../markdown/html-to-markdown.ts'
import { completedHtml } from '../page/in-page/answer-content.ts'
import { readerInput } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { Stage } from './stage.ts'

const everyMs = 1_000

/** Tells the answer's completed blocks while it grows, at most once a second, and only what extends what was told before. */
export const partialTeller = (stage: Stage, tell: (markdown: string) => void) => {
  let told = ''
  let toldAt = 0
  let hash: number | null = null
  return async (turn: { index: number; textHash: number; textLength: number }, now: number): Promise<void> => {
    if (turn.textHash === hash || turn.textLength === 0 || now - toldAt < everyMs) return
    hash = turn.textHash
    toldAt = now
    const markdown = htmlToMarkdown(await runInPage(stage.page, completedHtml, { input: readerInput(stage.pack), index: turn.index }))
    if (markdown.length <= told.length || !markdown.startsWith(told)) return
    told = markdown
    tell(markdown)
  }
}
