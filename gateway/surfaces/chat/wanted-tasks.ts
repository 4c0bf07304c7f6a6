/** A task as a message words it. */
export interface WantedTask {
  readonly title: string
  readonly description: string
}

/** What one message may ask for. */
export const MAX_TASKS = 100
const TITLE = 120

/**
 * The tasks that a message asks for: one for each item of a list (bulleted, numbered, or "1) a 2) b" within a line), else the
 * whole text is one task. What stands before a list belongs to every item, what stands under an item to that one. Pure.
 */
export const wantedTasks = (text: string): WantedTask[] => {
  const whole = text.trim()
  if (whole === '') return []
  const block = listOf(whole)
  const list = block && block.items.length > 1 ? block : (inlineListOf(whole) ?? block)
  if (!list) return [taskOf(whole)]
  const lead = list.lead.trim()
  return list.items.map((item) => {
    const { title, description } = taskOf(item)
    return { title, description: [description, lead].filter((part) => part !== '').join('\n\n') }
  })
}

interface List {
  readonly lead: string
  readonly items: readonly string[]
}

const ITEM = /^([ \t]*)(?:[-*•–‣]|\(?\d{1,3}[.)])[ \t]+(\S.*)$/

/** Items at the outermost depth; deeper ones and lines between are a part of the item above. */
const listOf = (text: string): List | undefined => {
  const lines = text.split('\n')
  const depths = lines.flatMap((line) => ITEM.exec(line)?.[1]?.length ?? [])
  if (depths.length === 0) return undefined
  const outermost = Math.min(...depths)
  const lead: string[] = []
  const items: string[][] = []
  for (const line of lines) {
    const item = ITEM.exec(line)
    if (item?.[1]?.length === outermost) items.push([item[2] ?? ''])
    else (items.at(-1) ?? lead).push(line)
  }
  return { lead: lead.join('\n'), items: items.map((item) => item.join('\n').trim()) }
}

const INLINE = /(?:^|\s)\(?(\d{1,3})[.)]\s+/g

/** "do these: 1) a 2) b 3) c": numbers that count from 1. */
const inlineListOf = (text: string): List | undefined => {
  const marks = [...text.matchAll(INLINE)]
  const counted = marks.filter((mark, index) => Number(mark[1]) === index + 1)
  if (counted.length < 2 || counted.length !== marks.length) return undefined
  const items = counted.map((mark, index) =>
    text
      .slice(mark.index + mark[0].length, counted[index + 1]?.index)
      .replace(JOINTS, '')
      .trim(),
  )
  return items.every((item) => item !== '') ? { lead: text.slice(0, counted[0]?.index), items } : undefined
}

/** What joins an item to the next one. */
const JOINTS = /[\s,;]+(?:and\s*)?$/i

/** The first line, or the first sentence of it when the line is long, is the title; all of it is the description where it says more. */
const taskOf = (text: string): WantedTask => {
  const line = (text.split('\n')[0] ?? '').trim()
  const title = line.length <= TITLE ? line : shortened(line)
  return { title, description: title === text.trim() ? '' : text.trim() }
}

const shortened = (line: string): string => {
  const sentence = /^.{20,}?[.!?](?=\s)/.exec(line)?.[0]
  if (sentence && sentence.length <= TITLE) return sentence
  const cut = line.slice(0, TITLE - 1)
  const word = cut.lastIndexOf(' ')
  return `${word > TITLE / 2 ? cut.slice(0, word) : cut}…`
}
