import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { createTestCounter } from '../checks/test-counts.ts'
import { type Added, addedBy } from '../secrets/added-lines.ts'
import { circumstanceRules, programsNamedIn, withProcessNamed } from './circumstance-rules.ts'
import { isEqualToAll } from './equal-to-all.ts'
import type { Kind } from './kinds.ts'
import { leavingRules } from './leaving-rules.ts'
import { equal, isCode, type MeddlingRule, meddlingRules, replacing, settingOf } from './meddling-rules.ts'

/** As many as somebody reads. */
const MOST = 20
/** Characters of a line that are looked at; a longer one is for a person anyway (`functions/review/unseen.ts`). */
const LONGEST = 5000
/** Lines that are looked at in one turn of the event loop. */
const AT_ONCE = 1000

/**
 * Where the code of a change, tests and what runs them left out, deals with what judges it: uses or replaces what tests are written with, asks
 * whether it is being tested, prints what a runner prints, leaves as soon as it is loaded, or is equal to everything. What tests then say of it
 * says nothing. What was only moved counts for nothing, unless its place says it. Pure, and everybody else has a turn between many lines.
 * @param diff the whole change as a unified diff
 */
export const meddlingIn = async (diff: string, kindOf: (file: string) => Kind): Promise<Finding[]> => {
  const { added, removed } = addedBy(diff)
  const rows = removed.split('\n')
  const before = { rows: new Set(rows), words: new Set(rows.map((row) => row.trim())) }
  const found: Finding[] = []
  for (const file of added)
    if (isCode(file.file) && !['test', 'runner'].includes(kindOf(file.file) ?? '')) found.push(...(await inFile(file, before, kindOf)))
  return found.slice(0, MOST)
}

/** What was taken away: the lines, and their words wherever they stood. */
interface Before {
  readonly rows: ReadonlySet<string>
  readonly words: ReadonlySet<string>
}

const inFile = async ({ file, text, lines }: Added, before: Before, kindOf: (file: string) => Kind): Promise<Finding[]> => {
  const rows = text.split('\n').map((row) => row.slice(0, LONGEST))
  const rules = [...meddlingRules, ...leavingRules, ...circumstanceRules]
    .filter(({ files }) => files.test(file))
    .concat(settingItsAssertions(rows))
  const ofPlaces = rules.filter(({ wherever }) => wherever)
  const said = isScript(file) ? withProcessNamed(rows.map((row) => (isRemark(file, row) ? '' : row))) : rows
  const found: Finding[] = []
  for (const [at, row] of rows.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await othersTurn()
    if (before.rows.has(row) || isRemark(file, row)) continue
    const either = (those: readonly MeddlingRule[]): string | undefined =>
      whyOf(those, row, rows[at + 1] ?? '') ?? whyOf(those, said[at] ?? row, said[at + 1] ?? '')
    const why = before.words.has(row.trim())
      ? either(ofPlaces)
      : (either(rules) ?? (isEqualToAll(rows, lines, at) ? equal : undefined) ?? whySaying(row) ?? whyNaming(file, row, kindOf))
    const line = lines[at] ?? 1
    if (why) found.push({ from: 'dod', file, line, problem: `line ${line} ${why}: ${row.trim().slice(0, 200)}` })
    if (found.length === MOST) break
  }
  return found
}

const isScript = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file)

/** A line that says something and does nothing: Go builds by some of its remarks. */
const isRemark = (file: string, row: string): boolean =>
  (/\.(?:pyi?|rb|exs?)$/.test(file) ? /^\s*#/ : /^\s*\/\/(?!go:build|\s{0,2}\+build)/).test(row)

/** What begins in the next line is told there. */
const whyOf = (rules: readonly MeddlingRule[], row: string, next: string): string | undefined =>
  rules.find(
    ({ code, withNextLine }) => (code.exec(withNextLine ? `${row}\n${next}` : row)?.index ?? Number.POSITIVE_INFINITY) <= row.length,
  )?.why

const whySaying = (row: string): string | undefined => (saysNumbers(row) ? 'prints what a runner of tests prints' : undefined)

/** The names that a line gives to a module of assertions, or to parts of it. */
export const ASSERTIONS =
  /\bimport\s{1,8}([^'"`;\n]{1,200}?)\s{0,8}from\s{0,8}['"](?:node:)?(?:assert|chai)\b|((?<![\w$])[\w$]{1,60}|\{[^{}\n]{1,200}\})\s{0,8}=\s{0,8}(?:await\s{1,8})?(?:[\w$.]{1,40}\.)?(?:require|import|getBuiltinModule)\(\s{0,8}['"`](?:node:)?(?:assert|chai)\b/
const NO_NAMES = ['as', 'default', 'type']

/** The names that these lines give to assertions are looked at as theirs are. */
const settingItsAssertions = (rows: readonly string[]): MeddlingRule[] => {
  const said = rows.flatMap((row) => ASSERTIONS.exec(row)?.slice(1).filter(Boolean) ?? [])
  const names = said.flatMap((words) => words.match(/\w{1,60}/g) ?? []).filter((name) => !NO_NAMES.includes(name))
  return names.length === 0 ? [] : [{ files: /./, code: settingOf([...new Set(names)].slice(0, MOST).join('|')), why: replacing }]
}

/** What a program reads of its tests it may answer with. */
const whyNaming = (file: string, row: string, kindOf: (file: string) => Kind): string | undefined =>
  !file.endsWith('.json') && programsNamedIn(row).some((name) => kindOf(name) === 'test') ? 'names a file of its tests' : undefined

/** Whether one of its texts would be read as the word of a runner that tests passed. */
const saysNumbers = (row: string): boolean => {
  if (!/pass|ok\b|Ran /i.test(row)) return false
  const counter = createTestCounter()
  for (const text of row.split(/["'`]|\\r?\\n|\\n/)) counter.line(text)
  return (counter.counts()?.passed ?? 0) > 0
}
