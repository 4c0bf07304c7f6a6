import { answerContent, copyAnswer } from '../page/in-page/gestures.ts'
import { readerInput } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import { answeringTurn } from './answer-progress.ts'
import { chooseMarkdown } from './choose-markdown.ts'
import { htmlToMarkdown } from './html-to-markdown.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'
import { locateOwn, type Sent, type Watched } from './watch-answer.ts'

export interface Extracted {
  readonly markdown: string
  readonly html: string
  readonly text: string
}

/** Reads a completed answer as Markdown, HTML and text. Throws TurnFault ANSWER_EMPTY when neither page nor copy action has any. */
export const extractAnswer = async (stage: Stage, sent: Sent, { place }: Watched): Promise<Extracted> => {
  const turns = (await stage.look()).turns
  const own = locateOwn(turns, { place, text: sent.text })
  const turn = own && answeringTurn(turns, own.index)
  if (!turn) throw new TurnFault('OUTCOME_UNKNOWN', 'the answer was complete and is gone from the page', { sent: 'yes', retryable: true })
  const where = { input: readerInput(stage.pack), index: turn.index }
  const copied = turn.hasCopy ? await runInPage(stage.page, copyAnswer, { ...where, waitMs: stage.pack.timing.copyMs }) : null
  if (turn.hasCopy && copied === null) stage.notes.push('the copy action gave nothing; the Markdown is made from the HTML')
  const content = (await runInPage(stage.page, answerContent, where)) ?? { html: '', text: '' }
  const { markdown, note } = chooseMarkdown(copied, htmlToMarkdown(content.html))
  if (note) stage.notes.push(note)
  if (markdown.trim() === '')
    throw new TurnFault('ANSWER_EMPTY', 'the page finished an answer without any text', { sent: 'yes', retryable: true })
  return { markdown, html: content.html, text: content.text.trim() || markdown }
}
