import { z } from 'zod'
import { faultsOf } from '../../bus/envelope.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'

const optional = z.string().nullish()

/** What a reviewer answers. */
export const Verdict = z.object({
  approved: z.boolean(),
  findings: z
    .array(
      z.object({
        criterion: optional,
        file: optional,
        line: z.number().nullish(),
        problem: z.string().trim().min(1),
        suggestion: optional,
      }),
    )
    .default([]),
})

export type Judgement =
  | { kind: 'passed'; remarks: Finding[] }
  | { kind: 'rejected'; findings: Finding[] }
  | { kind: 'unreadable'; reason: string }

/** A message holds 64 KB: this much of a long-winded review travels on; the whole answer is a blob. */
const MAX_FINDINGS = 10
const MAX_TEXT = 1500

/** An answer that also says no somewhere (it quotes another verdict, or contradicts itself) approves nothing. */
const SAYS_NO = /"approved"\s*:\s*false/

/** Reads a verdict from an answer. Only a clear `approved: true` approves; a rejection without a reason is no verdict. Pure. */
export const judge = (answer: string): Judgement => {
  const found = jsonAnswer(answer)
  if (found === null) return { kind: 'unreadable', reason: 'the answer holds no JSON object' }
  const parsed = Verdict.safeParse(found)
  if (!parsed.success) return { kind: 'unreadable', reason: faultsOf(parsed.error).join('; ') }
  if (parsed.data.approved && SAYS_NO.test(answer))
    return { kind: 'unreadable', reason: 'it says both that it approves and that it does not' }
  const findings = parsed.data.findings.slice(0, MAX_FINDINGS).map(
    ({ criterion, file, line, problem, suggestion }): Finding => ({
      from: 'review',
      problem: problem.slice(0, MAX_TEXT),
      ...(criterion ? { criterion: criterion.slice(0, MAX_TEXT) } : {}),
      ...(file ? { file } : {}),
      ...(line && Number.isInteger(line) ? { line } : {}),
      ...(suggestion ? { suggestion: suggestion.slice(0, MAX_TEXT) } : {}),
    }),
  )
  if (parsed.data.approved) return { kind: 'passed', remarks: findings }
  return findings.length > 0 ? { kind: 'rejected', findings } : { kind: 'unreadable', reason: 'it rejects and gives no reason' }
}
