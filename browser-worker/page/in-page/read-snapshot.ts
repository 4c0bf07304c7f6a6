/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Notice, PageSnapshot, ReaderInput } from '../snapshot.ts'
import { fieldText, findAll, findFirst, findShown, fingerprint, outermost, plain, renderedText, shown } from './find.ts'
import { readTurn, turnElements } from './read-turns.ts'

/** Dialogs and alerts that are shown, outside the turns: what stands in a turn is the turn's own. */
export function readNotices(input: ReaderInput, turns: readonly Element[]): Notice[] {
  const { dialog = [], alert = [] } = input.selectors
  const free = (selectors: readonly string[]) =>
    outermost(findAll(selectors, document).filter((one) => shown(one) && !turns.some((turn) => turn.contains(one))))
  const dialogs = free(dialog)
  const alerts = free(alert).filter((one) => !dialogs.some((other) => other.contains(one)))
  const asNotice = (kind: Notice['kind']) => (one: Element) => ({ kind, text: plain(renderedText(one)).slice(0, 600) })
  return [...dialogs.map(asNotice('dialog')), ...alerts.map(asNotice('alert'))].filter(({ text }) => text !== '')
}

/** The names of what is attached, as the chips show them. */
export function readChips(input: ReaderInput, form: ParentNode): string[] {
  const chips = outermost(findFirst(input.selectors['attachmentChip'] ?? [], form).filter(shown))
  return chips.map((chip) => plain(`${chip.getAttribute('aria-label') ?? ''} ${chip.textContent ?? ''}`).slice(0, 200))
}

/** The page's text where it is short: a login, a challenge, an error page. */
export function readShortText(): string {
  const text = plain(renderedText(document.body))
  return text.length <= 2_000 ? text : ''
}

/** Whether a button can be pressed. */
export function isEnabled(button: Element | undefined): boolean {
  return button !== undefined && !(button as HTMLButtonElement).disabled && button.getAttribute('aria-disabled') !== 'true'
}

/** One look at the whole page. */
export function readSnapshot(input: ReaderInput): Omit<PageSnapshot, 'at' | 'weakChallengeSince'> {
  const of = (name: string) => input.selectors[name] ?? []
  const composers = outermost(findShown(of('composer'), document))
  const composer = composers[0]
  const form = (composer && findFirst(of('composerForm'), document).find((one) => one.contains(composer))) ?? document
  const text = composer ? fieldText(composer) : ''
  const send = (findShown(of('send'), form)[0] ?? findShown(of('send'), document)[0]) as Element | undefined
  const turns = turnElements(input)
  const elements = turns.flatMap((turn) => turn.elements)
  const links = findFirst(of('historyItem'), document).map((one) => one.closest('a') ?? one.querySelector('a') ?? one)
  return {
    url: location.href,
    title: document.title,
    composer: {
      count: composers.length,
      textLength: text.trim().length,
      textStart: plain(text).slice(0, 400),
      fingerprint: fingerprint(text),
    },
    send: { present: send !== undefined, enabled: isEnabled(send) },
    stop: findShown(of('stop'), document).length > 0,
    turns: turns.map((turn, index) => readTurn(turn, index, turns[index + 1]?.elements[0], input)),
    notices: readNotices(input, elements),
    chips: readChips(input, form),
    uploading: findAll(of('attachmentBusy'), form).some(shown),
    loggedIn: findAll(of('loggedIn'), document).length > 0,
    signals: Object.keys(input.signals).filter((name) => {
      const hits = findAll(input.signals[name] ?? [], document)
      return name === 'challengeWeak' ? hits.length > 0 : hits.some(shown)
    }),
    shortText: composer ? '' : readShortText(),
    history: links.slice(0, 60).flatMap((link) => (link instanceof HTMLAnchorElement ? [link.href] : [])),
    language: document.documentElement.lang,
    modelShown: plain(renderedText(findShown(of('modelButton'), document)[0])),
  }
}

/** How often each selector hits, and how many of the hits are shown. */
export function countHits(selectors: Readonly<Record<string, readonly string[]>>): Record<string, { all: number; visible: number }[]> {
  const count = (selector: string) => {
    const hits = [...document.querySelectorAll(selector)]
    return { all: hits.length, visible: hits.filter(shown).length }
  }
  return Object.fromEntries(Object.entries(selectors).map(([name, list]) => [name, list.map(count)]))
}

/** The page's visible text without what anybody wrote: turns, composer and conversation titles left out. */
export function readChrome(input: ReaderInput): string {
  const hidden = ['turn', 'userTurn', 'assistantTurn', 'composer', 'historyItem', 'loggedIn'].flatMap((name) => input.selectors[name] ?? [])
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const pieces: string[] = []
  for (let node = walker.nextNode(); node && pieces.length < 400; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!parent || parent.closest(['script', 'style', 'noscript', ...hidden].join(',')) || !shown(parent)) continue
    pieces.push(plain(node.textContent))
  }
  return pieces.filter((piece) => piece !== '').join(' ')
}
