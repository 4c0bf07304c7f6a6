import { html } from 'hono/html'
import type { z } from 'zod'
import { line, plain } from '../../../domain/words/plain.ts'
import type { DeadListAnswer, DeadShowAnswer } from '../../answers.ts'
import type { Html } from './html.ts'
import { piecePager } from './pieces.ts'
import { ago, chip } from './words.ts'

type Letters = z.infer<typeof DeadListAnswer>
type Letter = z.infer<typeof DeadShowAnswer>

/** What functions gave up on, newest first. */
export const deadLettersView = (
  { letters, total }: Letters,
  mayOperate: boolean,
  now: Date,
): Html => html`<section class="card" id="dead"><h2>Dead letters${total > 0 && html` <small>${total}</small>`}</h2>
${letters.length === 0 ? html`<p class="quiet">None: nothing was given up.</p>` : html`<ul class="letters">${letters.map((letter) => row(letter, mayOperate, now))}</ul>`}</section>`

const row = (
  letter: Letters['letters'][number],
  mayOperate: boolean,
  now: Date,
): Html => html`<li id="letter-${letter.number}"><div><p><a href="/system/dead/${letter.number}">${letter.number}</a> <code>${letter.function}</code> for <code>${letter.id}</code> ${letter.needsHuman && chip('wait', 'Needs a person')}</p>
<p>${line(letter.reason).slice(0, 300)}</p><p class="quiet">${ago(letter.at, now)}, after ${letter.attempts === 1 ? '1 try' : `${letter.attempts} tries`}${letter.redrives > 0 && `, sent again ${letter.redrives === 1 ? 'once' : `${letter.redrives} times`}`}</p></div>
${mayOperate && redrive(letter.number)}</li>`

const redrive = (number: number): Html =>
  html`<form method="post" action="/system/dead/${number}/redrive"><button class="small" aria-label="Redrive dead letter ${number}">Redrive</button></form>`

/** One of them with its body. */
export const deadLetterView = (letter: Letter, mayOperate: boolean, now: Date): Html => {
  const { number, text, offset, length } = letter
  const pager = piecePager({ path: `/system/dead/${number}`, query: {}, offset, shown: text.length, length })
  return html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/system">System</a> <span aria-hidden="true">/</span> dead letter ${number}</nav>
<div class="head"><h1>Dead letter ${number}</h1>${mayOperate && redrive(number)}</div>
<section class="card"><dl class="pairs"><dt>Function</dt><dd><code>${letter.function}</code></dd><dt>About</dt><dd><a href="/task/${letter.id}">${letter.id}</a></dd><dt>Subject</dt><dd><code>${plain(letter.subject)}</code></dd>
<dt>Given up</dt><dd>${ago(letter.at, now)}, after ${letter.attempts} tries</dd><dt>Reason</dt><dd>${plain(letter.reason)}</dd></dl>
<h2>Body</h2>${pager}<pre class="block" tabindex="0" role="region" aria-label="Body">${plain(indented(letter))}</pre></section>`
}

/** JSON as people read it, where it is whole and JSON. */
const indented = ({ text, next }: Letter): string => {
  if (next !== undefined) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text // no JSON: shown as it came
  }
}
