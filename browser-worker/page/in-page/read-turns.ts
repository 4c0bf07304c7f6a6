/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput, TurnSnapshot } from '../snapshot.ts'
import { findAll, findFirst, fingerprint, holds, outermost, plain, renderedText, shown, textHash } from './find.ts'

/** One turn: an answer may be several elements in a row, such as messages with thoughts between them. */
export interface TurnElements {
  readonly elements: Element[]
  readonly role: 'user' | 'assistant'
}

/** The turns of the conversation in order, with the one role each plays. */
export function turnElements(input: ReaderInput): TurnElements[] {
  const { turn = [], userTurn = [], assistantTurn = [] } = input.selectors
  const found = findFirst(turn, document)
  const turns: TurnElements[] = []
  for (const element of outermost(found.length > 0 ? found : findAll([...userTurn, ...assistantTurn], document))) {
    const last = turns.at(-1)
    if (holds(element, userTurn)) turns.push({ elements: [element], role: 'user' })
    else if (!holds(element, assistantTurn)) continue
    else if (last?.role === 'assistant') last.elements.push(element)
    else turns.push({ elements: [element], role: 'assistant' })
  }
  return turns
}

/** Whether one element begins behind another in the document. */
export function isBehind(one: Element, other: Element): boolean {
  return (other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
}

/** The parts of a turn's answer in one of its elements: the outermost bodies outside of commentary and not before an end of it. */
export function partsIn(element: Element, turn: readonly Element[], input: ReaderInput): Element[] {
  const { answerBody = [], commentary = [], commentaryEnd = [] } = input.selectors
  const bodies = outermost(findFirst(answerBody, element))
  const own = bodies.length === 0 && element.matches(answerBody.join(',')) ? [element] : bodies
  const ends = turn.flatMap((one) => findAll(commentaryEnd, one))
  return own.filter(
    (body) =>
      !findAll(commentary, element).some((container) => container.contains(body)) &&
      ends.every((end) => body.contains(end) || isBehind(body, end)),
  )
}

/** The parts of a turn's answer, in all of its elements. */
export function answerParts(turn: readonly Element[], input: ReaderInput): Element[] {
  return turn.flatMap((element) => partsIn(element, turn, input))
}

/** The selectors of what stands inside an answer and is none of it. */
export function foreignIn({ selectors }: ReaderInput): string[] {
  return [...(selectors['answerFrame'] ?? []), ...(selectors['commentary'] ?? [])]
}

/** A copy of a part of the answer, without what the page adds to it. */
export function unframed(part: Element, input: ReaderInput): HTMLElement {
  const copy = part.cloneNode(true) as HTMLElement
  for (const foreign of findAll(foreignIn(input), copy)) foreign.remove()
  return copy
}

/** Elements that belong to a turn: inside it, or behind its beginning and before the next. */
export function belonging(selectors: readonly string[], turn: readonly Element[], next: Element | undefined): Element[] {
  const [first] = turn
  return findAll(selectors, document).filter((one) => {
    if (!first || turn.some((element) => element.contains(one))) return first !== undefined
    return isBehind(one, first) && (!next || (isBehind(next, one) && !next.contains(one)))
  })
}

/** The label of the turn's active thinking mark; null when it does not think. */
export function activeThinking(turn: readonly Element[], input: ReaderInput): string | null {
  const { thinking = [], thinkingLabel = [] } = input.selectors
  const isOneOf = (sources: readonly string[], line: string) => sources.some((source) => new RegExp(source, 'iu').test(line))
  const marks = turn.flatMap((one) => [...findAll(thinking, one), ...(thinking.some((selector) => one.matches(selector)) ? [one] : [])])
  for (const mark of marks.filter(shown)) {
    const named = plain(findFirst(thinkingLabel, mark)[0]?.textContent)
    const lines = [named, ...renderedText(mark).split('\n').map(plain)]
    const telling = lines.filter((line) => line !== '' && !isOneOf(input.thinkingIgnored, line))
    const isDecoration = telling.length === 0 && lines.some((line) => line !== '')
    if (!isDecoration && !telling.slice(0, 2).some((line) => isOneOf(input.thinkingDone, line))) return telling[0]?.slice(0, 120) ?? ''
  }
  return null
}

/** The first of the attributes that one of the elements, or something inside it, carries. */
export function attributeOf(elements: readonly Element[], names: readonly string[]): string {
  for (const name of names) {
    for (const element of elements) {
      const value = element.getAttribute(name) ?? element.querySelector(`[${name}]`)?.getAttribute(name)
      if (value) return value
    }
  }
  return ''
}

/** Our own text as data, or that of an answer's parts. */
export function turnTexts({ elements, role }: TurnElements, parts: readonly Element[], input: ReaderInput): string[] {
  const own = role === 'user' && parts.length === 0 ? elements : parts
  const hasForeign = (part: Element) => role === 'assistant' && findAll(foreignIn(input), part).length > 0
  return own.map((part) => (hasForeign(part) ? unframed(part, input) : part).textContent ?? '')
}

/** One turn as data. */
export function readTurn(turn: TurnElements, index: number, next: Element | undefined, input: ReaderInput): TurnSnapshot {
  const { elements, role } = turn
  const isAnswer = role === 'assistant'
  const { userBody = [], finishedBar = [], copy = [], turnError = [] } = input.selectors
  const parts = isAnswer ? answerParts(elements, input) : elements.flatMap((element) => findFirst(userBody, element))
  const text = plain(turnTexts(turn, parts, input).join('\n'))
  const last = parts.at(-1)
  const bars = isAnswer ? belonging(finishedBar, elements, next) : []
  const errors = belonging(turnError, elements.slice(-1), next).filter((one) => shown(one) && !parts.some((part) => part.contains(one)))
  const mayCopy = belonging(copy, elements, next).length > 0 || (input.copyByHover && copy.length > 0)
  // A copy action of one message knows nothing of the others.
  const isOneMessage = elements.filter((element) => partsIn(element, elements, input).length > 0).length < 2
  return {
    id: attributeOf(elements, input.idAttributes[role]),
    index,
    role,
    textLength: text.length,
    textStart: text.slice(0, 400),
    textHash: textHash(text),
    fingerprint: isAnswer ? null : fingerprint(text),
    finished: bars.some((bar) => !last || isBehind(bar, last)),
    hasCopy: isAnswer && isOneMessage && mayCopy,
    thinking: isAnswer ? activeThinking(elements, input) : null,
    errors: errors.map((one) => plain(renderedText(one)).slice(0, 400)),
    model: isAnswer ? attributeOf(elements, input.modelAttributes) : '',
  }
}
