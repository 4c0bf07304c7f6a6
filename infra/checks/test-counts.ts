import { stripVTControlCharacters } from 'node:util'
import type { TestCounts } from '../../domain/catalogue/shared.ts'
import { dotnet, gradle, minitest, phpunit, rspec, surefire, swift } from './more-test-readers.ts'
import { cargo, go, jest, junit, mocha, node, pytest, type Reader, unittest } from './test-readers.ts'

/** The first that knows a line reads it: unittest would take PHPUnit's for its own. */
const readers: readonly Reader[] = [
  ...[node, pytest, phpunit, unittest, jest, mocha, cargo, go, junit],
  ...[surefire, gradle, rspec, minitest, dotnet, swift],
]

/** How every line begins or ends that some reader knows: one look at the many that none knows. */
const LIKELY =
  /^\s*(?:\d+ [a-z]|[✔ℹ#=<{[]|ok |OK|FAILED|NO TESTS|[Nn]o tests|Ran |Tests|test result|--- |Passed!|Failed!|Skipped!|Executed |(?:\S )?Test )| (?:PASSED|FAILED|SKIPPED)$/
/** Characters; no line that tells of tests is longer, but one of XML may be, which tells at its beginning. */
const MOST = 4000

/** Counts the tests that a command tells of, line by line; several runs in one command are added up. `counts` is undefined where it told of none. */
export function createTestCounter(): { line(text: string): void; counts(): TestCounts | undefined } {
  let counts: TestCounts | undefined
  let corrections = 0
  return {
    line: (text) => {
      const begin = text.slice(0, MOST)
      const plain = begin.includes('\u001b') ? stripVTControlCharacters(begin) : begin
      if (!LIKELY.test(plain)) return
      for (const read of readers) {
        const more = read(plain)
        if (!more) continue
        // Empty files are told before the summary: alone they are no count.
        if (more.passed === -1 && read === node) {
          corrections += 1
          return
        }
        const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 }
        counts = { passed: passed + (more.passed ?? 0), failed: failed + (more.failed ?? 0), skipped: skipped + (more.skipped ?? 0) }
        return
      }
    },
    counts: () => counts && { ...counts, passed: Math.max(0, counts.passed - corrections) },
  }
}
