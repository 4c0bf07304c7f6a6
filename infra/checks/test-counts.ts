import { stripVTControlCharacters } from 'node:util'
import type { TestCounts } from '../../domain/catalogue/shared.ts'
import { node, readers } from './test-readers.ts'

/** Counts the tests that a command tells of, line by line; several runs in one command are added up. `counts` is undefined where it told of none. */
export function createTestCounter(): { line(text: string): void; counts(): TestCounts | undefined } {
  let counts: TestCounts | undefined
  let corrections = 0
  return {
    line: (text) => {
      const plain = stripVTControlCharacters(text)
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
