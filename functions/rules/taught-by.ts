import type { Lesson } from '../../domain/catalogue/lesson.ts'
import type { Fact } from '../../domain/fact.ts'

type Written = Fact<'code.written'>
type Refusal = Fact<'review.rejected' | 'scan.failed' | 'dod.failed'>

/** The code that a lesson shows in, and the code that was delivered in its place. */
export interface Taught {
  readonly taught: Written
  readonly mended: Written
  /** What refused the first. */
  readonly refusedBy: string
}

/**
 * The head that taught a lesson and the one that passed after it, from the facts of its task: the refused attempt that its evidence is
 * about, else the last one that was refused. Undefined where nothing was refused and mended: then no rule can be proved. Pure.
 */
export const taughtBy = ({ category, evidence }: Pick<Lesson, 'category' | 'evidence'>, facts: readonly Fact[]): Taught | undefined => {
  if (category !== 'rule' && category !== 'antipattern') return undefined
  const passed = facts.findLast((fact) => fact.type === 'dod.passed')
  if (!passed) return undefined
  const written = facts.filter((fact) => fact.type === 'code.written' && fact.sequence < passed.sequence) as Written[]
  const mended = written.at(-1)
  const refused = facts.filter((fact): fact is Refusal => isRefusal(fact) && fact.sequence < passed.sequence)
  const quoted = refused.find((refusal) => evidence.some(({ fact }) => fact === refusal.id || fact === codeOf(refusal, written)?.id))
  const refusal = quoted ?? refused.at(-1)
  const taught = refusal && codeOf(refusal, written)
  return taught && mended && taught.data.headSha !== mended.data.headSha ? { taught, mended, refusedBy: refusal.type } : undefined
}

const isRefusal = (fact: Fact): boolean =>
  fact.type === 'review.rejected' || ((fact.type === 'scan.failed' || fact.type === 'dod.failed') && fact.data.class === 'test_failure')

/** The code that a refusal is about: the last that was written before it. */
const codeOf = ({ sequence }: Refusal, written: readonly Written[]): Written | undefined =>
  written.findLast((fact) => fact.sequence < sequence)
