import { isDeepStrictEqual } from 'node:util'
import type { YardstickChange } from '../../domain/catalogue/shared.ts'
import type { YardstickSettings } from '../settings.ts'
import type { CheckResult } from './check-ports.ts'

/** Signs in added lines that what they do may come to another end the next time: clocks, pauses, chance. */
const chance = new RegExp(
  [
    ...[
      /\b(?:Math\.random|crypto\.random\w*|getRandomValues|randomUUID|Date\.now|new Date|performance\.now|set(?:Timeout|Interval|Immediate))\b/,
    ],
    ...[/\bprocess\.(?:hrtime|pid)\b/, /\btimers\/promises\b/, /\bTemporal\.Now\b/, /\{[^{}]{0,200}\brandom\w*\b[^{}]{0,200}\}\s*=/],
    ...[
      /\btime\.(?:time|sleep|Now|Sleep|After|Tick|Since|monotonic|perf_counter)\b/,
      /\bdatetime\.(?:now|utcnow|today)\b/,
      /\basyncio\.sleep\b/,
    ],
    ...[/^\+\s*(?:from|import)\s+(?:random|secrets|time|uuid)\b/, /\b(?:random|secrets)\.\w+/, /\b(?:mt_)?rand(?:om)?(?:_int)?\s*[(<>]/],
    ...[
      /\buuid4?\b/,
      /\burandom\b/,
      /\bgetpid\b/,
      /\brand(?:om)?::/,
      /\brand\.\w+/,
      /\$RANDOM\b/,
      /\bTime\.now\b/,
      /"math\/rand(?:\/v2)?"/,
    ],
    ...[
      /\b(?:Instant|SystemTime|LocalDateTime)(?:::|\.)now\b/,
      /\b(?:thread::|Thread\.)sleep\b/,
      /\bSystem\.(?:currentTimeMillis|nanoTime)\b/,
    ],
    ...[/\b(?:new |ThreadLocal|Secure)Random\b/],
  ]
    .map(({ source }) => source)
    .join('|'),
)

/** Whoever has waited so long for a passing run waits as long again for another (milliseconds). */
const SHORT = 10_000

/** How often a run that passed is made again: as configured, else once where it was short or the change touches tests, time or randomness. Pure. */
export const repeatsFor =
  ({ repeat }: Pick<YardstickSettings, 'repeat'>, changes: readonly YardstickChange[], diff: string) =>
  (passed: readonly CheckResult[]): number => {
    if (repeat !== undefined) return repeat
    const took = passed.reduce((sum, { durationMs }) => sum + durationMs, 0)
    if (took < SHORT || changes.some(({ kind }) => kind === 'test')) return 1
    return diff.split('\n').some((line) => /^\+(?!\+\+ )/.test(line) && chance.test(line)) ? 1 : 0
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
