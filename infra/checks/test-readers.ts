import type { TestCounts } from '../../domain/catalogue/shared.ts'

/** What the runners of tests print in JavaScript, Python, Rust and Go, and JUnit's XML, a row each. */

/** What one line of a command's output says about tests: numbers to add to what was read before. */
export type Reader = (line: string) => Partial<TestCounts> | undefined

/** The numbers before the given words: "2 failed, 5 passed". */
export const numberOf = (line: string, ...words: string[]): number =>
  words.reduce((sum, word) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0)

const inWords: Reader = (line) => ({
  passed: numberOf(line, 'passed'),
  failed: numberOf(line, 'failed', 'errors?'),
  // A test that is expected to fail says nothing, also when it passes.
  skipped: numberOf(line, 'skipped', 'xfailed', 'xpassed', 'todo', 'pending', 'ignored'),
})

/** A file in which no test was declared is told by node as one test that passed, under the file's name. */
const emptyFile = /^(?:✔|ok \d+ -) \S+\.[cm]?[jt]sx?(?: \(|$)/

const nodeKeys: Readonly<Record<string, keyof TestCounts>> = {
  pass: 'passed',
  fail: 'failed',
  cancelled: 'failed',
  skipped: 'skipped',
  skip: 'skipped',
  todo: 'skipped',
}

/** Node's own runner (both reporters) and others that write TAP with a summary. */
export const node: Reader = (line) => {
  if (emptyFile.test(line)) return { passed: -1 }
  const found = /^(?:ℹ|#) (\w+) +(\d+)$/.exec(line)
  const key = nodeKeys[found?.[1] ?? '']
  if (key) return { [key]: Number(found?.[2]) }
  return found?.[1] === 'tests' ? {} : undefined
}

export const pytest: Reader = (line) =>
  /^(=+ )?(no tests ran|\d+ (passed|failed|skipped|error|deselected|xfailed|xpassed)).* in [\d.]+s/.test(line) ? inWords(line) : undefined

/** unittest says how many ran in one line, and what came of them two lines later. */
export const unittest: Reader = (line) => {
  const ran = /^Ran (\d+) tests? in [\d.]+s$/.exec(line)
  if (ran) return { passed: Number(ran[1]) }
  if (!/^(OK|FAILED|NO TESTS RAN)( \(|$)/.test(line)) return undefined
  const said = (word: string): number => Number(new RegExp(`\\b${word}=(\\d+)`).exec(line)?.[1] ?? 0)
  const [failed, skipped] = [said('failures') + said('errors'), said('skipped') + said('expected failures')]
  return { passed: -failed - skipped, failed, skipped }
}

/** Jest writes "Tests:  1 failed, 2 total", Vitest "Tests  1 failed | 1 passed (2)". */
export const jest: Reader = (line) => (/^ *Tests:? +(\d+ \w+|no tests)/.test(line) ? inWords(line) : undefined)

export const mocha: Reader = (line) => {
  const found = /^ {2}(\d+) (passing|pending|failing)\b/.exec(line)
  const key =
    found && ({ passing: 'passed', failing: 'failed', pending: 'skipped' } as const)[found[2] as 'passing' | 'failing' | 'pending']
  return key ? { [key]: Number(found[1]) } : undefined
}

export const cargo: Reader = (line) => (/^test result: (ok|FAILED)\. \d+ passed/.test(line) ? inWords(line) : undefined)

const goKeys: Readonly<Record<string, keyof TestCounts>> = { pass: 'passed', fail: 'failed', skip: 'skipped' }

/** `go test -json` and `go test -v`; without either it prints no numbers. */
export const go: Reader = (line) => {
  const plain = /^ *--- (PASS|FAIL|SKIP): /.exec(line)?.[1]?.toLowerCase()
  const json = /^\{.*"Action":"(pass|fail|skip)".*"Test":"/.exec(line)?.[1]
  const key = goKeys[plain ?? json ?? '']
  return key ? { [key]: 1 } : undefined
}

/** JUnit XML: of nested suites the inner ones count. */
export const junit: Reader = (line) => {
  if (!/^\s*<testsuite /.test(line)) return undefined
  const said = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(line)?.[1] ?? 0)
  const [failed, skipped] = [said('failures') + said('errors'), said('skipped')]
  return { passed: said('tests') - failed - skipped, failed, skipped }
}
