// @ts-check
import { Idiomorph } from 'idiomorph'
import { keepPlan, showWaitingPlan } from './kept-plan.js'
import { beginOutput, showOutput } from './output.js'

/** Keeps the page as the server would show it now: an event says that something happened, the page is read anew and laid over the old one. */

/** Events come in groups; and words like "3 min ago" age without any. */
const GATHER_MS = 150
const AGE_MS = 20_000
/** A server that stands still, or whose bus is away, keeps its lines open: what it owes for so long is told, and given up. */
const LATE_MS = 3000
const GIVE_UP_MS = 15_000
/** After a line that was refused. */
const AGAIN_MS = 3000

/** @param {Element} element */
const isTouched = (element) =>
  element === document.activeElement ||
  (element instanceof HTMLSelectElement
    ? [...element.options].some((option) => option.selected !== option.defaultSelected)
    : (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && element.value !== '')

/** @type {import('idiomorph').ConfigCallbacks} */
const callbacks = {
  beforeNodeMorphed: (old, fresh) => {
    if (!(old instanceof Element) || !(fresh instanceof Element)) return true
    if (old.hasAttribute('data-keep')) return false
    return !(old.matches('input:not([type=hidden]), textarea, select') && isTouched(old))
  },
  // What a person opened or closed stays so.
  beforeAttributeUpdated: (name, element) => !(name === 'open' && element.localName === 'details'),
}

/** Reads the page anew and lays it over the old one; false when the server cannot be reached or has no page for us. */
const refresh = async () => {
  const signal = AbortSignal.timeout(GIVE_UP_MS)
  const response = await fetch(document.body.dataset['page'] ?? location.href, { headers: { accept: 'text/html' }, signal }).catch(
    () => undefined,
  )
  const text = response?.ok ? await response.text().catch(() => undefined) : undefined
  if (response === undefined || text === undefined) return false
  if (response.redirected) location.reload()
  const fresh = new DOMParser().parseFromString(text, 'text/html')
  const [old, main] = [document.querySelector('main'), fresh.querySelector('main')]
  if (!old || !main) return false
  // A message after a form stays until the person goes on.
  for (const said of old.querySelectorAll(':scope > .notice, :scope > .problem')) main.prepend(said.cloneNode(true))
  keepPlan(old, main)
  await Idiomorph.morph(old, main, { morphStyle: 'outerHTML', restoreFocus: true, callbacks })
  document.title = fresh.title
  return true
}

/** @param {'Live' | 'Reconnecting' | ''} words */
const say = (words) => {
  const pulse = document.querySelector('#pulse')
  if (!(pulse instanceof HTMLElement)) return
  pulse.hidden = words === ''
  pulse.classList.toggle('off', words !== 'Live')
  if (pulse.textContent !== words) pulse.textContent = words
}

/** One refresh at a time, and one more when something happened meanwhile. */
const refresher = () => {
  let state = 'idle'
  const run = async () => {
    state = 'reading'
    const late = window.setTimeout(() => say('Reconnecting'), LATE_MS)
    try {
      say((await refresh()) ? (isEnded() ? '' : 'Live') : 'Reconnecting')
    } finally {
      window.clearTimeout(late)
      const isAsked = String(state) === 'asked'
      state = 'idle'
      if (isAsked) soon()
    }
  }
  const soon = () => {
    if (state === 'reading') state = 'asked'
    if (state !== 'idle') return
    state = 'waiting'
    window.setTimeout(run, GATHER_MS)
  }
  return soon
}

/** Of an ended task nothing more is told. */
const isEnded = () => document.querySelector('main [data-ended]') !== null

/**
 * The events of a page, taken up where they broke off; a page that nobody sees holds no connection, for a browser has few to one server.
 * @param {{ address: string, names: string[], after: number, happened: () => void }} listened
 */
const listen = ({ address, names, after, happened }) => {
  let seen = after
  /** @type {EventSource | undefined} */
  let source
  /** @param {MessageEvent} event */
  const fact = ({ lastEventId }) => {
    if (lastEventId !== '') seen = Number(lastEventId)
    happened()
  }
  const open = () => {
    if (document.hidden || isEnded()) return
    source = new EventSource(seen < 0 ? address : `${address}?after=${seen}`)
    for (const name of names) source.addEventListener(name, fact)
    source.addEventListener('output', (event) => showOutput(event.data))
    source.addEventListener('open', () => {
      say('Live')
      beginOutput()
    })
    source.addEventListener('error', () => {
      say(isEnded() ? '' : 'Reconnecting')
      // After an answer that is no stream a browser does not come again by itself.
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(open, AGAIN_MS)
    })
  }
  const close = () => source?.close()
  return { open, close }
}

/**
 * The new plan takes the old one's place where the page stands: what a person typed stays in its fields, and is about the new one from now on.
 * @param {() => void} soon
 */
const showNewPlans = (soon) =>
  document.addEventListener('click', (event) => {
    const { target, ctrlKey, metaKey, shiftKey } = event
    if (!(target instanceof Element) || !target.closest('.replaced:not(.passed) a') || ctrlKey || metaKey || shiftKey) return
    event.preventDefault()
    for (const said of document.querySelectorAll('main > .notice, main > .problem')) said.remove()
    showWaitingPlan()
    soon()
  })

export const stayTrue = () => {
  const { live, events = '', after = '-1' } = document.body.dataset
  if (!live) return
  const soon = refresher()
  showNewPlans(soon)
  const line = listen({ address: live, names: events.split(' '), after: Number(after), happened: soon })
  document.addEventListener('visibilitychange', () => {
    line.close()
    line.open()
    if (!document.hidden) soon()
  })
  window.addEventListener('pagehide', line.close)
  window.setInterval(() => !document.hidden && !isEnded() && soon(), AGE_MS)
  line.open()
}
