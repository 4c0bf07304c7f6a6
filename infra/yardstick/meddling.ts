import type { Finding } from '../../domain/catalogue/shared.ts'
import { createTestCounter } from '../checks/test-counts.ts'
import { type Added, addedBy } from '../secrets/added-lines.ts'
import type { Kind } from './kinds.ts'
import { isCode, meddlingRules } from './meddling-rules.ts'

/** As many as somebody reads. */
const MOST = 20
/** Characters of a line that are looked at. */
const LONGEST = 4000

/**
 * Where the code of a change, tests and what runs them left out, deals with what judges it: uses or replaces what tests are written with, asks
 * whether it is being tested, prints what a runner prints, or is equal to everything. What tests then say of it says nothing. What was only
 * moved counts for nothing. Pure.
 * @param diff the whole change as a unified diff
 */
export const meddlingIn = (diff: string, kindOf: (file: string) => Kind): Finding[] => {
  const { added, removed } = addedBy(diff)
  const before = new Set(removed.split('\n').map((line) => line.trim()))
  return added
    .filter(({ file }) => isCode(file) && !['test', 'runner'].includes(kindOf(file) ?? ''))
    .flatMap((file) => inFile(file, before))
    .slice(0, MOST)
}

const inFile = ({ file, text, lines }: Added, before: ReadonlySet<string>): Finding[] => {
  const rows = text.split('\n').map((row) => row.slice(0, LONGEST))
  const shown = rows.join('\n')
  const found = new Map<number, string>()
  for (const { files, code, why } of meddlingRules)
    if (files.test(file)) for (const { index } of shown.matchAll(code)) found.set(rowAt(shown, index), why)
  rows.forEach((row, at) => {
    if (saysNumbers(row)) found.set(at, 'prints what a runner of tests prints')
  })
  return [...found]
    .filter(([row]) => !before.has(rows[row]?.trim() ?? ''))
    .sort(([one], [other]) => one - other)
    .map(([row, why]) => ({
      from: 'dod',
      file,
      line: lines[row] ?? 1,
      problem: `line ${lines[row] ?? 1} ${why}: ${rows[row]?.trim().slice(0, 200)}`,
    }))
}

/** The row of what was found there; a pattern may begin with the end of the row before. */
const rowAt = (text: string, index: number): number => {
  const from = index + (/^\s*/.exec(text.slice(index, index + LONGEST))?.[0].length ?? 0)
  return text.slice(0, from).split('\n').length - 1
}

/** Whether one of its texts would be read as the word of a runner that tests passed. */
const saysNumbers = (row: string): boolean => {
  const counter = createTestCounter()
  for (const text of row.split(/["'`]|\\r?\\n|\\n/)) counter.line(text)
  return (counter.counts()?.passed ?? 0) > 0
}
