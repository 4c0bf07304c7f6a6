import { z } from 'zod'
import { faultsOf } from '../../bus/envelope.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'

const optional = z.string().nullish()

/** What a reviewer answers. */
export const Verdict = z.strictObject({
  approved: z.boolean(),
  findings: z
    .array(
      z.strictObject({
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

/** An answer in one code fence: chat pages show every object so. */
const FENCED = /^```(?:json)?[^\S\n]*\n([\s\S]*)\n```$/

/** The one JSON object that the answer is; undefined when there is anything beside it, for what stands in prose may be a quotation. Pure. */
const onlyObject = (answer: string): unknown => {
  const text = answer.trim()
  const json = FENCED.exec(text)?.[1] ?? text
  try {
    const found: unknown = JSON.parse(json)
    return namesTwice(json) ? undefined : found
  } catch {
    return undefined // no JSON as a whole, and nothing less is a verdict
  }
}

/** Whether an object of the JSON names one thing twice, however it is written: whose word counts then depends on who reads it. Pure. */
const namesTwice = (json: string): boolean => {
  const open: Set<string>[] = []
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (text !== undefined && colon) {
      const keys = open.at(-1)
      const key: string = JSON.parse(text)
      if (keys?.has(key)) return true
      keys?.add(key)
    }
  }
  return false
}

const namesCriterion = (criterion: string | null | undefined): boolean => !/^\s*(?:none|no|n\/?a|-*)\.?\s*$/i.test(criterion ?? '')

const MET = '(?:met|fulfilled|satisfied)'
/** Words of a sentence that says of a criterion that it is not met: each looks a bounded way ahead. */
const UNMET = [
  `\\bcriteri(?:on|a)\\b.{0,120}(?:\\bnot|n['’]t|\\bnever|\\bno longer|\\bonly part(?:ly|ially))(?: (?:yet|been|quite|\\w+ly))* ${MET}\\b`,
  `\\bnot (?:all|every|each)\\b.{0,60}\\bcriteri(?:on|a)\\b.{0,60}\\b${MET}\\b`,
  "\\b(?:does|do|did)(?:n['’]t| not)(?: fully| yet)? (?:meet|fulfill?|satisfy)\\b.{0,120}\\bcriteri(?:on|a)\\b",
  '\\b(?:unmet|unfulfilled) criteri(?:on|a)\\b|\\bcriteri(?:on|a)\\b.{0,120}\\b(?:is|are|remains?) (?:unmet|unfulfilled)\\b',
  '\\bkriteri(?:um|en)\\b.{0,120}\\bnicht(?: (?:ganz|vollständig|mehr|wirklich|alle))? erfüllt',
  '\\bnicht alle\\b.{0,60}\\bkriterien\\b.{0,60}\\berfüllt',
].map((words) => new RegExp(words, 'i'))
/** Words of one that says it of none, or takes it back. */
const OF_NONE =
  /\b(?:no|keine?) (?:(?:single|other|acceptance|unmet|unfulfilled) )*[ck]riteri|\bbut (?:it|they) (?:is|are)\b|\bcases? in which\b|\band (?:is|are) (?:met|fulfilled|satisfied|implemented|covered|handled)\b|\bund (?:ist|sind) erfüllt/i

/** So much of a remark is looked at: nobody reads more of one. */
const MAX_SEARCHED = 20_000

/** The sentence of a remark that says of a criterion that it is not met; what it quotes is somebody else's word. Pure. */
const unmetIn = (problem: string): string | undefined =>
  problem
    .replace(/`[^`]*`|"[^"]*"/g, ' ')
    .slice(0, MAX_SEARCHED)
    .split(/[.;!?](?=\s)|\n/)
    .find((sentence) => !OF_NONE.test(sentence) && UNMET.some((words) => words.test(sentence)))

const unmetBy = ({ criterion, problem }: z.infer<typeof Verdict>['findings'][number]): string | undefined =>
  criterion && namesCriterion(criterion) ? criterion : unmetIn(problem)

/**
 * Reads a verdict from an answer that is one JSON object of the schema and nothing else. Only a clear `approved: true` without an
 * unmet criterion approves; a rejection without a reason is no verdict. Pure.
 */
export const judge = (answer: string): Judgement => {
  const found = onlyObject(answer)
  if (found === undefined)
    return { kind: 'unreadable', reason: 'the answer is not one JSON object, in which nothing is said twice, and nothing else' }
  const parsed = Verdict.safeParse(found)
  if (!parsed.success) return { kind: 'unreadable', reason: faultsOf(parsed.error).join('; ') }
  if (parsed.data.approved && SAYS_NO.test(answer))
    return { kind: 'unreadable', reason: 'it says both that it approves and that it does not' }
  const unmet = parsed.data.approved && parsed.data.findings.map(unmetBy).find((said) => said !== undefined)
  if (unmet) return { kind: 'unreadable', reason: `it approves, and says that a criterion is not met: ${unmet.trim().slice(0, 300)}` }
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
