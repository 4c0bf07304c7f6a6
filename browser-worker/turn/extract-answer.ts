import { messageOf } from '../../bus/errors.ts'
import { htmlToMarkdown } from '../markdown/html-to-markdown.ts'
import { answerContent } from '../page/in-page/answer-content.ts'
import { languageFallback } from '../page/language.ts'
import { readerInput } from '../page/read-page.ts'
import { redact } from '../page/redact.ts'
import { runInPage } from '../page/run-in-page.ts'
import { answeringTurn } from './answer-progress.ts'
import { chooseMarkdown } from './choose-markdown.ts'
import { pressCopy } from './press-copy.ts'
import { locateOwn, type Sent } from './sent-turn.ts'
import type { Stage } from './stage.ts'
import { type Tab, type TurnAnswer, TurnFault } from './types.ts'
import type { Watched } from './watch-answer.ts'

/** A completed answer as the page renders it. */
export interface Rendered {
  readonly html: string
  readonly text: string
  /** The model's name on the page. */
  readonly modelShown: string
  /** The turn's position, where it can be copied. */
  readonly copyAt?: number
}

/** Reads a completed answer off the page. Throws TurnFault OUTCOME_UNKNOWN when it is gone. */
export const readRendered = async (stage: Stage, sent: Sent, { place }: Watched): Promise<Rendered> => {
  const { turns, modelShown, language } = await stage.look()
  const fallback = languageFallback(stage.pack, language)
  if (fallback) stage.notes.push(fallback)
  const own = locateOwn(turns, { place, text: sent.text })
  const turn = own && answeringTurn(turns, own.index)
  if (!turn) throw new TurnFault('OUTCOME_UNKNOWN', 'the answer was complete and is gone from the page', { sent: 'yes', retryable: true })
  const content = await runInPage(stage.page, answerContent, { input: readerInput(stage.pack), index: turn.index })
  return { html: content?.html ?? '', text: content?.text.trim() ?? '', modelShown, ...(turn.hasCopy ? { copyAt: turn.index } : {}) }
}

/** The answer as Markdown, by the copy action or from its HTML, and both where they differ. Throws TurnFault ANSWER_EMPTY when neither has any. */
export const markdownOf = async (
  stage: Stage,
  sent: Sent,
  { html, copyAt }: Rendered,
): Promise<Pick<TurnAnswer, 'markdown' | 'rendered'>> => {
  const copied = copyAt === undefined ? null : await copyOf(stage, sent, copyAt)
  const rendered = htmlToMarkdown(html)
  const { markdown, note } = chooseMarkdown(copied, rendered)
  if (note) stage.notes.push(note)
  if (markdown.trim() === '')
    throw new TurnFault('ANSWER_EMPTY', 'the page finished an answer without any text', { sent: 'yes', retryable: true })
  return rendered === '' || rendered === markdown ? { markdown } : { markdown, rendered }
}

/** The prompt whose answer a tab copies just now, or could not copy: an action that breaks the page would break it at each try. */
const copying = new WeakMap<Tab, string>()

const copyOf = async (stage: Stage, { text }: Sent, index: number): Promise<string | null> => {
  const { tab, notes } = stage
  const noted = (why: string): null => {
    notes.push(`${why}; the Markdown is made from the HTML`)
    return null
  }
  if (copying.get(tab) === text) return noted('the copy action broke the page before and was left alone')
  copying.set(tab, text)
  try {
    const copied = await pressCopy(stage, index)
    copying.delete(tab)
    return copied ?? noted('the copy action gave nothing')
  } catch (error) {
    return noted(`the copy action failed (${redact(messageOf(error).split('\n')[0] ?? '', 120)})`)
  }
}
