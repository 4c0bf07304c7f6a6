import { button, byId, element } from './dom.js'
import { icon } from './icons.js'
import { ask } from './server.js'

/** The conversation on screen: one article a turn, made once and changed in place. */

/** @param {{ labels: any, copyBy: string }} options */
export const createThread = ({ labels, copyBy }) => {
  /** @type {Map<string, { article: HTMLElement, update: (turn: any) => void }>} */
  const shown = new Map()

  /** @param {any[]} turns */
  const show = (turns) => {
    const thread = byId('thread')
    const wasAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80
    for (const [id, { article }] of shown) {
      if (turns.some((turn) => turn.id === id)) continue
      article.remove()
      shown.delete(id)
    }
    turns.forEach((turn, index) => {
      const known = shown.get(turn.id) ?? (turn.role === 'user' ? userTurn(turn, labels) : assistantTurn(turn, { labels, copyBy }))
      if (!shown.has(turn.id)) thread.append(known.article)
      shown.set(turn.id, known)
      known.article.dataset.testid = `conversation-turn-${index + 1}`
      known.update(turn)
    })
    document.body.classList.toggle('is-empty', turns.length === 0)
    if (wasAtEnd) thread.scrollTop = thread.scrollHeight
  }
  return { show }
}

/** @param {any} turn */
const articleOf = ({ id, role }) => element('article', { 'data-turn': role, 'data-turn-id': id, dir: 'auto', class: `turn ${role}-turn` })

/** @param {any} turn @param {any} labels */
const userTurn = (turn, labels) => {
  const article = articleOf(turn)
  const files = turn.files.map((/** @type {string} */ name) => element('span', { class: 'sent-file' }, name))
  const bubble = element('div', { class: 'bubble whitespace-pre-wrap' }, turn.text)
  article.append(
    element('h5', { class: 'sr-only' }, labels.youSaid),
    element('div', { 'data-message-author-role': 'user', 'data-message-id': turn.id }, ...files, bubble),
  )
  return { article, update: () => {} }
}

/** @param {any} first @param {{ labels: any, copyBy: string }} options */
const assistantTurn = (first, { labels, copyBy }) => {
  let turn = first
  const article = articleOf(first)
  const message = element('div', { 'data-message-author-role': 'assistant', 'data-message-id': first.id })
  const before = element('div', { class: 'commentary' })
  const status = statusBlock(labels, () => void act('answerNow', turn))
  const answer = element('div', { class: 'markdown prose' })
  const bar = element('div', { class: 'action-bar' })
  const error = element('div', { class: 'turn-error', role: 'alert' })
  const heading = element('h6', { class: 'sr-only' }, labels.answerSaid)
  bar.append(
    button({ 'data-testid': 'copy-turn-action-button', 'aria-label': labels.copy }, icon('copy'), () => void copy(turn, copyBy)),
    button({ 'data-testid': 'good-response-turn-action-button', 'aria-label': labels.good }, icon('good'), () => {}),
    button({ 'data-testid': 'bad-response-turn-action-button', 'aria-label': labels.bad }, icon('bad'), () => {}),
  )
  const retry = button({ 'data-testid': 'regenerate-thread-error-button' }, labels.retry, () => void act('retry', turn))
  /** @param {any} next */
  const update = (next) => {
    turn = next
    message.dataset.messageModelSlug = next.model
    const isInside = next.commentaryPlace === 'inside'
    setHtml(before, isInside ? '' : proseOf(next.commentary))
    status.update(next, isInside ? proseOf(next.commentary) : '')
    setHtml(answer, next.html)
    answer.classList.toggle('result-streaming', next.streaming)
    if (next.error && !error.hasChildNodes()) error.append(element('p', {}, next.error), retry)
    const hasStatus = Boolean(next.status) || (isInside && next.commentary.length > 0)
    const hasAnswer = next.html !== '' || next.actionBar
    arrange(message, htmlOf.get(before) ? before : false, hasStatus && status.block, hasAnswer && answer)
    arrange(article, heading, message, Boolean(next.error) && error, next.actionBar && bar)
  }
  return { article, update }
}

/** @param {string[]} pieces */
const proseOf = (pieces) => pieces.map((html) => `<div class="markdown prose">${html}</div>`).join('')

/** The block of the thinking. @param {any} labels @param {() => void} hurry */
const statusBlock = (labels, hurry) => {
  const label = element('span', { class: 'loading-shimmer' })
  const stable = element('span', { class: 'sr-only' }, labels.thinking[0])
  const commentary = element('div', { class: 'commentary' })
  const answerNow = button({ class: 'answer-now' }, labels.answerNow, hurry)
  const block = element('div', { 'data-streaming-response-status': true, role: 'status' })
  /** @param {any} turn @param {string} html */
  const update = (turn, html) => {
    const isThinking = turn.active && !turn.streaming
    if (label.textContent !== (turn.status ?? '')) label.textContent = turn.status ?? ''
    label.className = isThinking ? 'loading-shimmer' : 'thought'
    if (isThinking) block.setAttribute('aria-busy', 'true')
    else block.removeAttribute('aria-busy')
    setHtml(commentary, html)
    arrange(block, label, isThinking && stable, html !== '' && commentary, turn.answerNow && answerNow)
  }
  return { block, update }
}

/** @type {WeakMap<HTMLElement, string>} */
const htmlOf = new WeakMap()

/** @param {HTMLElement} target @param {string} html */
const setHtml = (target, html) => {
  if ((htmlOf.get(target) ?? '') === html) return
  target.innerHTML = html
  htmlOf.set(target, html)
}

/** Puts the parts that are wanted into the parent, in this order, and moves none that is in place. @param {HTMLElement} parent @param {...(HTMLElement | false)} parts */
const arrange = (parent, ...parts) => {
  const wanted = parts.filter((part) => part !== false)
  for (const child of [...parent.children]) if (!wanted.some((part) => part === child)) child.remove()
  wanted.forEach((part, index) => {
    if (parent.children[index] !== part) parent.insertBefore(part, parent.children[index] ?? null)
  })
}

/** @param {string} what @param {any} turn */
const act = (what, turn) => ask('POST', `/backend-api/act?act=${what}&exchange=${turn.exchange}`)

/** The whole turn as Markdown; where the browser gives no clipboard (no secure origin), by a selection. @param {any} turn @param {string} copyBy */
const copy = async (turn, copyBy) => {
  const { clipboard } = navigator
  try {
    if (copyBy === 'write') await clipboard.write([new ClipboardItem({ 'text/plain': new Blob([turn.markdown], { type: 'text/plain' }) })])
    else await clipboard.writeText(turn.markdown)
  } catch {
    copyBySelection(turn.markdown)
  }
  await act('copy', turn)
}

/** @param {string} text */
const copyBySelection = (text) => {
  const area = /** @type {HTMLTextAreaElement} */ (element('textarea', { class: 'sr-only' }))
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
