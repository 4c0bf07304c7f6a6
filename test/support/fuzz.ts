/** What a run of the fuzzer came to: `crashed` is its own fault, which says nothing about what it tried. */
export type FuzzVerdict = { kind: 'sound'; tested: number } | { kind: 'finding' } | { kind: 'crashed'; reason: string }

/** Faults of the fuzzer and its libraries, by the words that they leave in its report. */
const ownFaults: Readonly<Record<string, string>> = {
  'AST constructor recursion depth mismatch': 'Python 3.11 cannot parse in two threads at once',
}

/** Judges by the exit code and the report. Only a run whose every error is a fault of its own, and that has no finding, has crashed. */
export const fuzzVerdict = (exit: number, report: string): FuzzVerdict => {
  if (exit === 0) return { kind: 'sound', tested: Number(/Tested:\s+(\d+)/.exec(report)?.[1] ?? 0) }
  const errors = sectionOf(report, 'ERRORS')
    .split(/^_{3,} .* _{3,}$/m)
    .slice(1)
  const reasons = errors.map((error) => Object.keys(ownFaults).find((sign) => error.includes(sign)))
  const [sign] = reasons
  if (sign === undefined || reasons.includes(undefined) || sectionOf(report, 'FAILURES') !== '') return { kind: 'finding' }
  return { kind: 'crashed', reason: `the fuzzer broke in itself: ${sign} (${ownFaults[sign]})` }
}

/** The lines between a heading like `==== ERRORS ====` and the next one; empty where there is none. */
const sectionOf = (report: string, title: string): string => {
  const parts = report.split(/^={3,} (.+?) ={3,}$/m)
  const at = parts.findIndex((part, index) => index % 2 === 1 && part === title)
  return at < 0 ? '' : (parts[at + 1] ?? '')
}
