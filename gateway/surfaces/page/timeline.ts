import { html } from 'hono/html'
import { meaningOf } from '../../../domain/words/meaning.ts'
import { line } from '../../../domain/words/plain.ts'
import type { StoryFact } from './facts.ts'
import type { Html } from './html.ts'
import { span } from './words.ts'

/** Letters of one entry: a guidance may be a book. */
const MOST_LETTERS = 600

/** What happened, oldest first: when, in words, and who said it. */
export const timelineView = (facts: readonly StoryFact[]): Html => {
  const start = Date.parse(facts[0]?.time ?? '')
  return html`<section class="card" id="timeline"><h2>Timeline</h2>
<ol class="timeline">${facts.map((fact, index) => entry(fact, facts[index - 1], start))}</ol></section>`
}

const entry = (fact: StoryFact, before: StoryFact | undefined, start: number): Html => {
  const at = Date.parse(fact.time)
  const passed = before ? at - Date.parse(before.time) : 0
  return html`<li id="fact-${fact.sequence}-${fact.id}" class="${toneOf(fact.type)}"><time datetime="${fact.time}" title="${fact.time}">+${span(Math.max(0, at - start))}</time>
<div><p>${cut(meaningOf(fact)) || fact.type}</p><p class="quiet"><span>${fact.type}</span> <span>${fact.source}</span>${passed >= 1000 && html` <span>after ${span(passed)}</span>`}</p></div></li>`
}

const cut = (text: string): string => {
  const shown = line(text)
  return shown.length > MOST_LETTERS ? `${shown.slice(0, MOST_LETTERS)}…` : shown
}

const toneOf = (type: string): string => {
  if (/\.(?:failed|rejected|escalated|refused|expired|unanswered|unavailable)$/.test(type)) return 'bad'
  if (/\.(?:completed|passed|approved)$/.test(type)) return 'good'
  return /^gate\.|\.questioned$/.test(type) ? 'wait' : 'quiet'
}
