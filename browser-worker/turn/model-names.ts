import type { MenuItem } from '../page/in-page/menu-items.ts'
import { lettersOf } from './prompt-text.ts'
import type { ChosenModel } from './types.ts'

/** The name of a menu entry: its first line, the rest describes it. */
export const nameOf = (item: Pick<MenuItem, 'label'>): string => item.label.split('\n')[0]?.trim() ?? ''

/** The entry that was asked for, by its test id or its name; the surer match wins. Undefined when none or more than one could be meant. */
export const pickItem = (items: readonly MenuItem[], wanted: string, aliases: Readonly<Record<string, string>>): MenuItem | undefined => {
  const names = [wanted, ...(aliases[wanted] === undefined ? [] : [aliases[wanted]])].map(lettersOf)
  const tests: ((item: MenuItem, name: string) => boolean)[] = [
    (item, name) => lettersOf(item.id) === name || lettersOf(nameOf(item)) === name,
    (item, name) => lettersOf(item.id).endsWith(name),
    (item, name) => lettersOf(nameOf(item)).startsWith(name),
    (item, name) => lettersOf(nameOf(item)).includes(name),
  ]
  for (const fits of tests) {
    const found = items.filter((item) => names.some((name) => name !== '' && fits(item, name)))
    if (found.length === 1) return found[0]
  }
  return undefined
}

/** What was chosen, and what the page's button showed then. */
export interface Choice extends ChosenModel {
  readonly shown: string
}

/**
 * Why the page answered with another model than the chosen one; undefined when nothing says so. `named` is the model the turn names,
 * `shown` the text of the menu's button after the answer; both may be empty.
 */
export const downgrade = (choice: Choice, after: { named: string; shown: string }, lesser: readonly string[]): string | undefined => {
  const name = lettersOf(choice.name)
  const didShow = name !== '' && lettersOf(choice.shown).includes(name)
  if (didShow && after.shown !== '' && !lettersOf(after.shown).includes(name)) {
    return `${choice.name} was chosen and the page now shows "${after.shown}"`
  }
  if (after.named === '') return undefined
  const known = [choice.wanted, choice.name, choice.id].map(lettersOf).filter((one) => one !== '')
  const named = lettersOf(after.named)
  const words = wordsOf([choice.wanted, choice.name, choice.id].join(' '))
  const isLesser = lesser.some((word) => wordsOf(after.named).includes(word.toLowerCase()) && !words.includes(word.toLowerCase()))
  const isNamed = known.some((one) => named.includes(one) || one.endsWith(named))
  return isNamed && !isLesser ? undefined : `${choice.name} was chosen and the turn names ${after.named}`
}

/**
 * Why the turn was answered with another effort than the wanted one; undefined when nothing says so, for few names tell an effort.
 * `levels` are the efforts that the page knows.
 */
export const otherEffort = (
  wanted: string,
  { named, choice }: { named: string; choice?: Choice },
  levels: readonly string[],
): string | undefined => {
  const own = wordsOf([wanted, choice?.wanted, choice?.name, choice?.id].join(' '))
  const other = levels.find((level) => wordsOf(named).includes(level.toLowerCase()) && !own.includes(level.toLowerCase()))
  return other && `the effort ${wanted} was chosen and the turn names ${named}`
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
