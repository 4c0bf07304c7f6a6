import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Where tools leave their report by default, the most exact first. */
export const coverageFiles = [
  ...['coverage/lcov.info', 'lcov.info'],
  ...['coverage.xml', 'cobertura.xml', 'coverage/cobertura-coverage.xml', 'coverage/cobertura.xml'],
  ...['coverage.out', 'cover.out', 'c.out', 'coverage.txt'],
  ...['target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml'],
] as const

interface Covered {
  readonly covered: number
  readonly of: number
}

/** The lines that a report in lcov's format says are covered. Pure. */
function lcov(text: string): Covered | undefined {
  const sum = (key: string): number => [...text.matchAll(new RegExp(`^${key}:(\\d+)$`, 'gm'))].reduce((all, [, n]) => all + Number(n), 0)
  return /^LF:\d+$/m.test(text) ? { covered: sum('LH'), of: sum('LF') } : undefined
}

function cobertura(text: string): Covered | undefined {
  const head = /<coverage\b[^>]*>/.exec(text)?.[0]
  const rate = /\bline-rate="([\d.]+)"/.exec(head ?? '')?.[1]
  return rate === undefined ? undefined : { covered: Number(rate), of: 1 }
}

/** JaCoCo counts the lines of the whole last, behind those of each class. */
function jacoco(text: string): Covered | undefined {
  if (!/<!DOCTYPE report PUBLIC "-\/\/JACOCO/.test(text.slice(0, 400))) return undefined
  const lines = text.slice(text.lastIndexOf('<counter type="LINE"'))
  const [, missed = '0', covered = '0'] = /^<counter type="LINE" missed="(\d+)" covered="(\d+)"/.exec(lines) ?? []
  return { covered: Number(covered), of: Number(missed) + Number(covered) }
}

/** A Go cover profile: statements of blocks; a block that several packages ran stands there several times. */
function goProfile(text: string): Covered | undefined {
  if (!/^mode: (set|count|atomic)\r?\n/.test(text)) return undefined
  const blocks = new Map<string, { statements: number; isCovered: boolean }>()
  for (const [, block = '', statements, hits] of text.matchAll(/^(\S+:\d+\.\d+,\d+\.\d+) (\d+) (\d+)\r?$/gm))
    blocks.set(block, { statements: Number(statements), isCovered: hits !== '0' || blocks.get(block)?.isCovered === true })
  const all = [...blocks.values()]
  const sum = (some: typeof all): number => some.reduce((count, { statements }) => count + statements, 0)
  return { covered: sum(all.filter(({ isCovered }) => isCovered)), of: sum(all) }
}

/** How much a report says is covered, in percent with two digits; undefined when it is no report or tells of nothing. Pure. */
export function coverageIn(text: string): number | undefined {
  const found = lcov(text) ?? cobertura(text) ?? goProfile(text) ?? jacoco(text)
  return found && found.of > 0 ? Math.round((found.covered / found.of) * 10_000) / 100 : undefined
}

const most = 64 * 1024 * 1024

/** Whether a folder on the way to a file is a link. */
async function isByLink(folder: string, name: string): Promise<boolean> {
  const parts = path.dirname(name).split('/')
  const ways = parts.map((_, last) => path.join(folder, ...parts.slice(0, last + 1)))
  return (await Promise.all(ways.map((way) => lstat(way)))).some((found) => found.isSymbolicLink())
}

/** What the first report says that was written since `sinceMs` (milliseconds since 1970); links and older files are none. */
export async function findCoverage(folder: string, sinceMs: number): Promise<number | undefined> {
  for (const name of coverageFiles) {
    const file = path.join(folder, name)
    const found = await lstat(file).catch(() => null) // most are not there
    if (!found?.isFile() || found.mtimeMs < sinceMs || found.size > most) continue
    if (await isByLink(folder, name)) continue
    const covered = coverageIn(await readFile(file, 'utf8'))
    if (covered !== undefined) return covered
  }
  return undefined
}
