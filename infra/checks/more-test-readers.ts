import type { TestCounts } from '../../domain/catalogue/shared.ts'
import { numberOf, type Reader } from './test-readers.ts'

/** What the runners of tests print in Java, Ruby, PHP, .NET and Swift, a row each. */

/** Maven's Surefire and Failsafe: a module's sum has no time; a line of one class has. */
export const surefire: Reader = (line) => {
  const found = /^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?:, Flakes: \d+)?$/.exec(line.trim())
  if (!found) return undefined
  const [ran = 0, failures = 0, errors = 0, skipped = 0] = found.slice(1).map(Number)
  return { passed: ran - failures - errors - skipped, failed: failures + errors, skipped }
}

const gradleKeys: Readonly<Record<string, keyof TestCounts>> = { PASSED: 'passed', FAILED: 'failed', SKIPPED: 'skipped' }

/** Gradle tells each test where the build asks for it (`testLogging`), and by default the failing ones alone. */
export const gradle: Reader = (line) => {
  const key = gradleKeys[/^\S.* > .+ (PASSED|FAILED|SKIPPED)$/.exec(line)?.[1] ?? '']
  return key ? { [key]: 1 } : undefined
}

export const rspec: Reader = (line) => {
  const found = /^(\d+) examples?, (\d+) failures?/.exec(line)
  if (!found) return undefined
  const [failed, skipped] = [Number(found[2]), numberOf(line, 'pending')]
  return { passed: Number(found[1]) - failed - skipped, failed: failed + numberOf(line, 'errors? occurred'), skipped }
}

/** Ruby's minitest and test-unit. */
export const minitest: Reader = (line) => {
  const found = /^(\d+) (?:runs|tests), \d+ assertions, /.exec(line)
  if (!found) return undefined
  const [failed, skipped] = [numberOf(line, 'failures', 'errors'), numberOf(line, 'skips', 'pendings', 'omissions')]
  return { passed: Number(found[1]) - failed - skipped, failed, skipped }
}

export const phpunit: Reader = (line) => {
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
export const dotnet: Reader = (line) => {
  if (!/^(Passed|Failed|Skipped)! +- Failed: +\d+|^Test summary: total: \d+/.test(line)) return undefined
  const said = (name: string): number => Number(new RegExp(`\\b${name}: +(\\d+)`).exec(line)?.[1] ?? 0)
  return { passed: said('Passed') + said('succeeded'), failed: said('Failed') + said('failed'), skipped: said('Skipped') + said('skipped') }
}

/** XCTest and Swift Testing tell each test; the sums of suites, which hold each other, are indented. What tidies them up leaves one sum. */
export const swift: Reader = (line) => {
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
