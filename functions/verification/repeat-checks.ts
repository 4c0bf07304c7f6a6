import { isDeepStrictEqual } from 'node:util'
import type { YardstickChange } from '../../domain/catalogue/shared.ts'
import type { YardstickSettings } from '../settings.ts'
import type { CheckResult } from './check-ports.ts'

/** Signs in added lines that what they do may come to another end the next time: clocks, pauses, chance. */
const chance =
  /\b(Math\.random|crypto\.random\w*|randomUUID|Date\.now|new Date\b|performance\.now|set(Timeout|Interval|Immediate)|process\.hrtime|time\.(time|sleep|Now|Sleep|After|Tick|monotonic|perf_counter)|datetime\.(now|utcnow|today)|random\.\w+|secrets\.\w+|uuid4?\b|rand(om)?::|rand\.\w+|Instant::now|SystemTime::now|thread::sleep|System\.(currentTimeMillis|nanoTime)|Thread\.sleep|LocalDateTime\.now)/

/** How often a passing run is made again: as configured, else once where the change touches tests, time or randomness. Pure. */
export const repeatsFor = ({ repeat }: Pick<YardstickSettings, 'repeat'>, changes: readonly YardstickChange[], diff: string): number => {
  if (repeat !== undefined) return repeat
  const touchesTests = changes.some(({ kind }) => kind === 'test')
  return touchesTests || diff.split('\n').some((line) => /^\+(?!\+\+ )/.test(line) && chance.test(line)) ? 1 : 0
}

/** Where a repeated run came to another end than the first one, in words; empty when all were equal. Pure. */
export const unequalRuns = (first: readonly CheckResult[], repeats: readonly (readonly CheckResult[])[]): string[] =>
  repeats.flatMap((again, number) =>
    again.flatMap((check, index) => {
      const before = first[index]
      if (!before || (before.exitCode === check.exitCode && isDeepStrictEqual(before.tests, check.tests))) return []
      return [
        `\`${check.command}\` ${ending(before)} at first, and ${ending(check)} when it was repeated${number > 0 ? ` (${number + 1})` : ''}`,
      ]
    }),
  )

const ending = ({ exitCode, tests }: CheckResult): string =>
  `ended with ${exitCode ?? 'no exit code'}${tests ? ` (${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped)` : ''}`
