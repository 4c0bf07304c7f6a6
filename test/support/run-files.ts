import { join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { pathToFileURL } from 'node:url'
import { addFinished, addTime, type FinishedTest, newTally, type Tally } from './tally.ts'
import { root, type TestTier } from './tiers.ts'

/** For a whole tier; the longest takes a quarter of an hour on 2 cores. */
export const TIER_MS = 30 * 60_000

/** How a process of tests is started. */
export const knowingErrors = ['--import', pathToFileURL(join(import.meta.dirname, 'whose-error.ts')).href]

export interface FinishedEvent {
  name: string
  nesting: number
  file?: string
  skip?: string | boolean
  details: { type?: string; duration_ms: number; error?: Error & { failureType?: string } }
}

/** Runs the files of a tier, reported to `out` by Node's own reporter; the tally reads the same events. A tier with files and no test has failed. */
export const runFiles = async (
  name: string,
  { files, concurrency, timeout }: Pick<TestTier, 'files' | 'timeout'> & { concurrency: number | 'one process' },
  out: Writable,
): Promise<Tally> => {
  const tally = newTally()
  const paths = files().map((file) => join(root, file))
  // No forced exit of a file: it would cut off reports that are still on their way. The tier's limit ends, by name, one that hangs.
  const signal = AbortSignal.timeout(TIER_MS)
  const common = { files: paths, timeout, cwd: root, signal } as const
  const events = run(concurrency === 'one process' ? { ...common, isolation: 'none' } : { ...common, concurrency, execArgv: knowingErrors })
  const take = (passed: boolean) => (event: FinishedEvent) => {
    const test = finishedTest(event, passed, paths)
    if (test) addFinished(tally, test)
    if (event.nesting === 0) addTime(tally, placeOf(event), event.details.duration_ms)
  }
  events.on('test:pass', take(true)).on('test:fail', take(false))
  // A file with a process of its own fails by itself.
  if (concurrency === 'one process')
    events.on('test:diagnostic', ({ message }) => {
      const late = lateFailure(message)
      if (late) addFinished(tally, late)
    })
  const report = events.compose(new spec())
  report.pipe(out, { end: false })
  await finished(report)
  if (tally.passed + tally.failed.length + tally.skipped.length === 0)
    addFinished(tally, { name: `${name} has ${paths.length} files and no test`, place: name, passed: false })
  return tally
}

/** Of several files in a process the runner says only so of what a test threw after its end; undefined for whatever else it says. */
export const lateFailure = (message: string): FinishedTest | undefined => {
  const found =
    /^Error: Test "(?<name>.*)" at (?<place>.+?):\d+:\d+ generated asynchronous activity after the test ended\. (?<what>.*)$/s.exec(message)
  const { name = '', place = '', what = '' } = found?.groups ?? {}
  return found ? { name: `${name}, after its end: ${what}`, place, passed: false } : undefined
}

const placeOf = ({ file, name }: FinishedEvent): string => (file ?? name).replace(`${root}/`, '')

/**
 * What an event says of a test; undefined for suites whose tests speak for them. A suite that failed by itself may have no test that
 * says so, and one that is skipped has none. A file reports itself when it crashed, or when it had nothing to report.
 */
export const finishedTest = (event: FinishedEvent, passed: boolean, paths: readonly string[]): FinishedTest | undefined => {
  const isSpokenFor = passed ? !event.skip : event.details.error?.failureType === 'subtestsFailed'
  if (event.details.type === 'suite' && isSpokenFor) return undefined
  const place = placeOf(event)
  const whole = paths.some((path) => path === resolve(root, event.name))
  if (whole && passed) return { name: `${place} has no test`, place, passed: false }
  const reason = typeof event.skip === 'string' ? event.skip : 'no reason given'
  return { name: event.name, place, passed, ...(event.skip ? { skipped: reason } : {}) }
}
