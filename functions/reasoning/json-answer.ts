/**
 * The JSON object in an agent's answer: the whole answer, else the last fenced block that holds an object, else the first
 * balanced object in the text that is not empty. Braces within strings do not count. Null when there is none.
 */
export function jsonAnswer(text: string): Record<string, unknown> | null {
  const whole = parseObject(text)
  if (whole) return whole
  for (const block of fencedBlocks(text).reverse()) {
    const object = parseObject(block) ?? firstBalancedObject(block)
    if (object) return object
  }
  return firstBalancedObject(text)
}

/**
 * The JSON object that is the whole answer, bare or in the one fence around all of it. Null where other words stand beside it: then it
 * may be a quotation.
 */
export function wholeJsonAnswer(text: string): Record<string, unknown> | null {
  return parseObject(text) ?? parseObject(/^(`{3,}|~{3,})[^\n]*\n([\s\S]*)\n[ \t]*\1$/.exec(text.trim())?.[2] ?? '')
}

function parseObject(text: string): Record<string, unknown> | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(trimmed)
    return isRecord(value) ? value : null
  } catch {
    return null // not JSON as a whole: the caller looks for a part that is
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Contents of fenced blocks that start with a brace. A closing fence stands alone on its line and is as long as the opening one. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = []
  let fence: { mark: string; lines: string[] } | null = null
  for (const line of text.split('\n')) {
    if (fence === null) {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
      if (mark) fence = { mark, lines: [] }
    } else if (line.trim().startsWith(fence.mark) && line.trim().replaceAll(fence.mark[0] ?? '`', '') === '') {
      blocks.push(fence.lines.join('\n'))
      fence = null
    } else fence.lines.push(line)
  }
  if (fence) blocks.push(fence.lines.join('\n'))
  return blocks.filter((block) => block.trimStart().startsWith('{'))
}

/** Braces to try: keeps a long text full of code from being read over and over. */
const triesLimit = 2_000

/** The first part of the text, from a brace to its partner, that is a JSON object with anything in it (`{}` is mostly code). */
function firstBalancedObject(text: string): Record<string, unknown> | null {
  let start = text.indexOf('{')
  for (let tries = 0; start >= 0 && tries < triesLimit; tries++) {
    const end = partnerOf(text, start)
    const object = end < 0 ? null : parseObject(text.slice(start, end + 1))
    if (object && Object.keys(object).length > 0) return object
    // A broken object's inner objects are not the answer: go on after it, unless it never ends.
    start = text.indexOf('{', end < 0 ? start + 1 : end + 1)
  }
  return null
}

/** Position of the brace that closes the one at `start`; -1 when there is none. */
function partnerOf(text: string, start: number): number {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at
  }
  return -1
}
