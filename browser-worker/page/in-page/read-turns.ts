/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput, TurnSnapshot } from '../snapshot.ts'
import { findAll, findFirst, fingerprint, holds, outermost, plain, renderedText, shown, textHash } from './find.ts'

/** The turns of the conversation in order, with the one role each plays. */
export function turnElements(input: ReaderInput): { element: Element; role: 'user' | 'assistant' }[] {
  const { turn = [], userTurn = [], assistantTurn = [] } = input.selectors
  const found = findFirst(turn, document)
  const elements = outermost(found.length > 0 ? found : findAll([...userTurn, ...assistantTurn], document))
  const isOfUser = (element: Element) => holds(element, userTurn)
  return elements
    .filter((element) => isOfUser(element) || holds(element, assistantTurn))
    .map((element) => ({ element, role: isOfUser(element) ? 'user' : 'assistant' }))
}

/** The parts of a turn's answer: the outermost bodies that stand neither inside nor before a container of commentary. */
export function answerParts(turn: Element, input: ReaderInput): Element[] {
  const { answerBody = [], commentary = [] } = input.selectors
  const containers = findAll(commentary, turn)
  const bodies = outermost(findFirst(answerBody, turn))
  const own = turn.matches(answerBody.join(',')) && bodies.length === 0 ? [turn] : bodies
  const isAfter = (body: Element, container: Element) =>
    (container.compareDocumentPosition(body) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !container.contains(body)
  return own.filter((body) => containers.every((container) => isAfter(body, container) || body.contains(container)))
}

/** Elements that belong to a turn: inside it, or behind it and before the next. */
export function belonging(selectors: readonly string[], turn: Element, next: Element | undefined): Element[] {
  return findAll(selectors, document).filter((one) => {
    if (turn.contains(one)) return true
    const isBehind = (turn.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    const isBeforeNext = !next || (one.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    return isBehind && isBeforeNext && !next?.contains(one)
  })
}

/** The label of the turn's active thinking mark; null when it does not think. */
export function activeThinking(turn: Element, input: ReaderInput): string | null {
  const { thinking = [], thinkingLabel = [] } = input.selectors
  const isOneOf = (sources: readonly string[], line: string) => sources.some((source) => new RegExp(source, 'iu').test(line))
  const marks = [...findAll(thinking, turn), ...(thinking.some((one) => turn.matches(one)) ? [turn] : [])]
  for (const mark of marks.filter(shown)) {
    const named = plain(findFirst(thinkingLabel, mark)[0]?.textContent)
    const lines = [named, ...renderedText(mark).split('\n').map(plain)]
    const telling = lines.filter((line) => line !== '' && !isOneOf(input.thinkingIgnored, line))
    const isDecoration = telling.length === 0 && lines.some((line) => line !== '')
    if (!isDecoration && !telling.slice(0, 2).some((line) => isOneOf(input.thinkingDone, line))) return telling[0]?.slice(0, 120) ?? ''
  }
  return null
}

/** The first of the attributes that the element, or something inside it, carries. */
export function attributeOf(element: Element, names: readonly string[]): string {
  for (const name of names) {
    const value = element.getAttribute(name) ?? element.querySelector(`[${name}]`)?.getAttribute(name)
    if (value) return value
  }
  return ''
}

/** One turn as data. */
export function readTurn(
  turn: Element,
  index: number,
  role: 'user' | 'assistant',
  next: Element | undefined,
  input: ReaderInput,
): TurnSnapshot {
  const { userBody = [], finishedBar = [], copy = [], turnError = [] } = input.selectors
  const parts = role === 'assistant' ? answerParts(turn, input) : findFirst(userBody, turn)
  const texts = role === 'user' && parts.length === 0 ? [turn.textContent ?? ''] : parts.map((part) => part.textContent ?? '')
  const text = plain(texts.join('\n'))
  const last = parts.at(-1)
  const bars = role === 'assistant' ? belonging(finishedBar, turn, next) : []
  const errors = belonging(turnError, turn, next).filter((one) => shown(one) && !parts.some((part) => part.contains(one)))
  return {
    id: attributeOf(turn, input.idAttributes),
    index,
    role,
    textLength: text.length,
    textStart: text.slice(0, 400),
    textHash: textHash(text),
    fingerprint: role === 'user' ? fingerprint(text) : null,
    finished: bars.some((bar) => !last || (last.compareDocumentPosition(bar) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0),
    hasCopy: role === 'assistant' && belonging(copy, turn, next).length > 0,
    thinking: role === 'assistant' ? activeThinking(turn, input) : null,
    errors: errors.map((one) => plain(renderedText(one)).slice(0, 400)),
    model: role === 'assistant' ? attributeOf(turn, input.modelAttributes) : '',
  }
}
