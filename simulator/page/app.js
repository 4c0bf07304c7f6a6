import { createComposer } from './composer.js'
import { byId, element } from './dom.js'
import { closeDialog, openDialog, toast } from './notices.js'
import { createPicker } from './picker.js'
import { ask, follow } from './server.js'
import { createThread } from './turns.js'

/** The chat page: asks the server what it is, then shows each snapshot that comes. */

const temporary = new URLSearchParams(location.search).get('temporary-chat') === 'true'
/** @type {string | null} */
let conversation = /^\/c\/([\w-]+)$/.exec(location.pathname)?.[1] ?? null
/** Exchanges that this page has sent: their dialogs are for it. @type {Set<string>} */
const sent = new Set()

const start = async () => {
  const page = await ask('GET', `/backend-api/page${conversation ? `?conversation=${conversation}` : ''}`)
  const { labels, mode, draft, snapshot } = page
  writeLabels(labels, mode.locale)
  loadOnlookers(mode.weakChallenge)
  if (page.isMissing) leaveMissing(labels)
  const picker = createPicker({ labels, mode })
  const thread = createThread({ labels, copyBy: mode.copyBy })
  /** @type {any} */
  let last = snapshot
  const composer = createComposer({
    labels,
    mode,
    draft,
    address: () => ({ conversation, temporary }),
    onSent: (answer) => (answer.outcome === 'accepted' ? enter(answer) : refuse(answer)),
    onStop: () => void ask('POST', `/backend-api/act?act=stop&exchange=${last.turns.at(-1)?.exchange}`),
  })

  /** @param {any} next */
  const show = (next) => {
    last = next
    thread.show(next.turns)
    composer.setAnswering(next.turns.at(-1)?.active === true)
    picker.show(next.selected)
    showHistory(next.history)
    document.title = next.title ? `${next.title} · ChatGPT stand-in` : 'ChatGPT stand-in'
    showDialogs(next, labels)
  }

  /** @param {{ conversation: string, exchange: string, transientUrlMs: number }} answer */
  const enter = (answer) => {
    sent.add(answer.exchange)
    const isNew = conversation === null
    conversation = answer.conversation
    if (isNew && !temporary) moveTo(answer)
    follow(conversation, show)
  }

  /** @param {{ outcome: string, resetText?: string }} answer */
  const refuse = ({ outcome, resetText }) => {
    if (outcome === 'rate_limited') openRateDialog('rate-refused', labels, resetText)
  }

  show(snapshot)
  follow(conversation, show)
}

/** @param {any} labels @param {string} locale */
const writeLabels = (labels, locale) => {
  document.documentElement.lang = locale
  for (const link of document.querySelectorAll('.new-chat')) link.textContent = labels.newChat
  byId('history-heading').textContent = labels.history
  byId('thread').dataset.welcome = temporary ? labels.temporary : labels.welcome
  document.querySelector('.profile')?.setAttribute('aria-label', labels.profile)
}

/** What a driver may block: an advertisement and telemetry, from hosts of their own. @param {boolean} weakChallenge */
const loadOnlookers = (weakChallenge) => {
  byId('ad').setAttribute('src', `http://ads.localhost:${location.port}/ads/banner.svg`)
  fetch(`http://telemetry.localhost:${location.port}/telemetry/collect`, { method: 'POST', mode: 'no-cors', body: 'loaded' }).catch(
    () => undefined,
  )
  if (weakChallenge) document.head.append(element('script', { src: '/cdn-cgi/challenge-platform/scripts/jsd/main.js' }))
}

/** @param {any} labels */
const leaveMissing = (labels) => {
  conversation = null
  history.replaceState(null, '', '/')
  toast(labels.noConversation)
}

/** A new conversation has a passing address first. @param {{ conversation: string, transientUrlMs: number }} answer */
const moveTo = ({ conversation: id, transientUrlMs }) => {
  if (transientUrlMs === 0) return history.pushState(null, '', `/c/${id}`)
  history.pushState(null, '', `/c/WEB:${crypto.randomUUID?.() ?? Date.now()}`)
  setTimeout(() => history.replaceState(null, '', `/c/${id}`), transientUrlMs)
}

let shownHistory = ''
/** @param {{ id: string, title: string }[]} entries */
const showHistory = (entries) => {
  const next = JSON.stringify([entries, conversation])
  if (next === shownHistory) return
  shownHistory = next
  const links = entries.map(({ id, title }, index) => {
    const current = id === conversation ? 'page' : undefined
    return element('a', { 'data-testid': `history-item-${index}`, href: `/c/${id}`, 'aria-current': current }, title)
  })
  byId('history').replaceChildren(...links)
}

/** Dialogs of the page that were dismissed here. @type {Set<string>} */
const dismissed = new Set()

/** @param {any} snapshot @param {any} labels */
const showDialogs = ({ marketing, rateLimited, refused }, labels) => {
  if (marketing) {
    const onAction = () => void ask('POST', '/backend-api/clear?what=marketing')
    openDialog({ name: 'marketing', title: labels.marketing, text: labels.marketingText, action: labels.notNow, onAction })
  } else closeDialog('marketing')
  if (rateLimited) openRateDialog('rate-limited', labels, rateLimited.resetText)
  else dismissed.delete('rate-limited')
  if (refused && sent.has(refused.exchange)) openRateDialog(`rate-${refused.exchange}`, labels, refused.resetText)
}

/** @param {string} name @param {any} labels @param {string} [resetText] */
const openRateDialog = (name, labels, resetText) => {
  if (dismissed.has(name)) return
  const text = [labels.tooManyText, resetText].filter(Boolean).join(' ')
  const onAction = () => {
    if (name !== 'rate-refused') dismissed.add(name)
  }
  openDialog({ name, title: labels.tooManyTitle, text, action: labels.gotIt, onAction })
}

start().catch((problem) => {
  toast(`The page could not start: ${problem}`)
  setTimeout(() => location.reload(), 1_000)
})
