import type { TestCounts } from '../../domain/catalogue/shared.ts'

/** What the runners of tests print, a row each. */

/** What one line of a command's output says about tests: numbers to add to what was read before. */
type Reader = (line: string) => Partial<TestCounts> | undefined

/** The numbers before the given words: "2 failed, 5 passed". */
const numberOf = (line: string, ...words: string[]): number =>
  words.reduce((sum, word) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0)

const inWords: Reader = (line) => ({
  passed: numberOf(line, 'passed', 'xpassed'),
  failed: numberOf(line, 'failed', 'errors?'),
  skipped: numberOf(line, 'skipped', 'xfailed', 'todo', 'pending', 'ignored'),
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

const pytest: Reader = (line) =>
  /^(=+ )?(no tests ran|\d+ (passed|failed|skipped|error|deselected|xfailed|xpassed)).* in [\d.]+s/.test(line) ? inWords(line) : undefined

/** unittest says how many ran in one line, and what came of them two lines later. */
const unittest: Reader = (line) => {
  const ran = /^Ran (\d+) tests? in [\d.]+s$/.exec(line)
  if (ran) return { passed: Number(ran[1]) }
  if (!/^(OK|FAILED|NO TESTS RAN)( \(|$)/.test(line)) return undefined
  const said = (word: string): number => Number(new RegExp(`\\b${word}=(\\d+)`).exec(line)?.[1] ?? 0)
  const [failed, skipped] = [said('failures') + said('errors'), said('skipped') + said('expected failures')]
  return { passed: -failed - skipped, failed, skipped }
}

/** Jest writes "Tests:  1 failed, 2 total", Vitest "Tests  1 failed | 1 passed (2)". */
const jest: Reader = (line) => (/^ *Tests:? +(\d+ \w+|no tests)/.test(line) ? inWords(line) : undefined)

const mocha: Reader = (line) => {
  const found = /^ {2}(\d+) (passing|pending|failing)\b/.exec(line)
  const key =
    found && ({ passing: 'passed', failing: 'failed', pending: 'skipped' } as const)[found[2] as 'passing' | 'failing' | 'pending']
  return key ? { [key]: Number(found[1]) } : undefined
}

const cargo: Reader = (line) => (/^test result: (ok|FAILED)\. \d+ passed/.test(line) ? inWords(line) : undefined)

const goKeys: Readonly<Record<string, keyof TestCounts>> = { pass: 'passed', fail: 'failed', skip: 'skipped' }

/** `go test -json` and `go test -v`; without either it prints no numbers. */
const go: Reader = (line) => {
  const plain = /^ *--- (PASS|FAIL|SKIP): /.exec(line)?.[1]?.toLowerCase()
  const json = /^\{.*"Action":"(pass|fail|skip)".*"Test":"/.exec(line)?.[1]
  const key = goKeys[plain ?? json ?? '']
  return key ? { [key]: 1 } : undefined
}

/** JUnit XML: of nested suites the inner ones count. */
const junit: Reader = (line) => {
  if (!/^\s*<testsuite /.test(line)) return undefined
  const said = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(line)?.[1] ?? 0)
  const [failed, skipped] = [said('failures') + said('errors'), said('skipped')]
  return { passed: said('tests') - failed - skipped, failed, skipped }
}

/** Maven's Surefire and Failsafe: a module's sum has no time; a line of one class has. */
const surefire: Reader = (line) => {
  const found = /^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?:, Flakes: \d+)?$/.exec(line.trim())
  if (!found) return undefined
  const [ran = 0, failures = 0, errors = 0, skipped = 0] = found.slice(1).map(Number)
  return { passed: ran - failures - errors - skipped, failed: failures + errors, skipped }
}

const gradleKeys: Readonly<Record<string, keyof TestCounts>> = { PASSED: 'passed', FAILED: 'failed', SKIPPED: 'skipped' }

/** Gradle tells each test where the build asks for it (`testLogging`), and by default the failing ones alone. */
const gradle: Reader = (line) => {
  const key = gradleKeys[/^\S.* > .+ (PASSED|FAILED|SKIPPED)$/.exec(line)?.[1] ?? '']
  return key ? { [key]: 1 } : undefined
}

const rspec: Reader = (line) => {
  const found = /^(\d+) examples?, (\d+) failures?/.exec(line)
  if (!found) return undefined
  const [failed, skipped] = [Number(found[2]), numberOf(line, 'pending')]
  return { passed: Number(found[1]) - failed - skipped, failed: failed + numberOf(line, 'errors? occurred'), skipped }
}

/** Ruby's minitest and test-unit. */
const minitest: Reader = (line) => {
  const found = /^(\d+) (?:runs|tests), \d+ assertions, /.exec(line)
  if (!found) return undefined
  const [failed, skipped] = [numberOf(line, 'failures', 'errors'), numberOf(line, 'skips', 'pendings', 'omissions')]
  return { passed: Number(found[1]) - failed - skipped, failed, skipped }
}

const phpunit: Reader = (line) => {
  if (line === 'No tests executed!') return {}
  const all = /^OK \((\d+) tests?, \d+ assertions?\)$/.exec(line)?.[1]
  if (all) return { passed: Number(all) }
  const ran = /^Tests: (\d+), Assertions: \d+/.exec(line)?.[1]
  if (!ran) return undefined
  const said = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0)
  const [failed, skipped] = [said('Failures') + said('Errors'), said('Skipped') + said('Incomplete')]
  return { passed: Number(ran) - failed - skipped, failed, skipped }
}

/** `dotnet test`: a line for each assembly, or one summary. */
const dotnet: Reader = (line) => {
  if (!/^(Passed|Failed|Skipped)! +- Failed: +\d+|^Test summary: total: \d+/.test(line)) return undefined
  const said = (name: string): number => Number(new RegExp(`\\b${name}: +(\\d+)`).exec(line)?.[1] ?? 0)
  return { passed: said('Passed') + said('succeeded'), failed: said('Failed') + said('failed'), skipped: said('Skipped') + said('skipped') }
}

/** XCTest and Swift Testing tell each test; the sums of suites, which hold each other, are indented. What tidies them up leaves one sum. */
const swift: Reader = (line) => {
  const one =
    /^Test Case '.+' (passed|failed|skipped) \(/.exec(line)?.[1] ??
    /^\S Test (?!run )(?:.+) (passed|failed) after [\d.]+ seconds/.exec(line)?.[1] ??
    /^\S Test .+ (skipped)\b/.exec(line)?.[1]
  if (one === 'passed' || one === 'failed' || one === 'skipped') return { [one]: 1 }
  const sum = /^Executed (\d+) tests?, with (?:(\d+) tests? skipped and )?(\d+) failures?/.exec(line)
  if (!sum) return undefined
  const [ran = 0, skipped = 0, failed = 0] = sum.slice(1).map((number = '0') => Number(number))
  return { passed: ran - skipped - failed, failed, skipped }
}

/** The first that knows a line reads it. */
export const readers: readonly Reader[] = [
  ...[node, pytest, phpunit, unittest, jest, mocha, cargo, go, junit],
  ...[surefire, gradle, rspec, minitest, dotnet, swift],
]
