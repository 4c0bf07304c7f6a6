import type { BlobRef } from '../../bus/blobs.ts'
import type { LessonStep } from '../../domain/catalogue/lesson.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { type Check, type CheckFailed, checks } from '../../domain/phases.ts'
import { visible } from '../../domain/words/plain.ts'
import { isAboutTheWork, isCheckFailed } from './teaches.ts'

/** A piece of a task's facts that a learner may quote. `label` is what it is called in the prompt. */
export interface MaterialPiece {
  readonly label: string
  /** `ce-id` of the fact it is from. */
  readonly fact: string
  readonly kind: 'plan' | 'diff' | 'finding' | 'check' | 'end'
  readonly title: string
  /** The step that said it. */
  readonly step?: LessonStep
  readonly text: string
}

/** Where a piece comes from: a text of the fact itself, or a blob that has to be read. */
export type Source = Omit<MaterialPiece, 'label' | 'text'> & ({ readonly text: string } | { readonly blob: BlobRef; readonly end?: true })

/** Characters of one piece; of a check's output the last ones, for there it says why. */
const LONGEST = { plan: 8000, diff: 16_000, finding: 2000, check: 4000, end: 2000 } as const
/** Characters of all pieces together. */
const BUDGET = 80_000

/** What can be learned from in the facts of a run, the latest last. Pure. */
export const sourcesOf = (facts: readonly Fact[]): Source[] => facts.flatMap(sourcesIn)

const sourcesIn = (fact: Fact): Source[] => {
  const { id, type, data } = fact
  switch (type) {
    case 'plan.drafted':
      return [{ fact: id, kind: 'plan', title: 'the plan', blob: data.plan }]
    case 'code.written':
      return [{ fact: id, kind: 'diff', title: `what ${data.attempt.implementer} wrote, base to head`, blob: data.diff }]
    case 'code.failed':
      return [{ fact: id, kind: 'finding', step: 'code', title: 'no usable change was written', text: data.reason }]
    case 'review.rejected':
      return data.findings.map((finding) => ({
        ...{ fact: id, kind: 'finding', step: 'review' },
        title: `a finding of ${data.reviewer}`,
        text: inWords(finding),
      }))
    case 'task.escalated':
    case 'task.failed':
      return [{ fact: id, kind: 'end', title: 'how it ended', text: data.reason }]
    default:
      return isCheckFailed(fact) && isAboutTheWork(fact.data.class) ? ofCheck(fact) : []
  }
}

const ofCheck = ({ id, type, data }: Fact<CheckFailed>): Source[] => {
  const step = checkOf(type)
  const findings = data.findings.map((finding): Source => ({ fact: id, kind: 'finding', step, title: type, text: inWords(finding) }))
  const failed = 'checks' in data ? data.checks.filter(({ exitCode }) => exitCode !== 0) : []
  const outputs = failed.map(
    ({ command, output }): Source => ({
      fact: id,
      kind: 'check',
      step,
      title: `the end of what ${command} printed`,
      blob: output,
      end: true,
    }),
  )
  return [...findings, ...outputs]
}

const checkOf = (type: CheckFailed): Check => checks.find((check) => type === `${check}.failed`)!

const inWords = ({ file, line, criterion, problem, suggestion }: Finding): string =>
  [file && `${file}${line ? `:${line}` : ''}`, criterion && `criterion: ${criterion}`, problem, suggestion].filter(Boolean).join('\n')

/** Reads the sources, newest first as far as the budget goes, and numbers what it took in the order in which it happened. */
export const gather = async (sources: readonly Source[], read: (blob: BlobRef) => Promise<string>): Promise<MaterialPiece[]> => {
  const taken: Omit<MaterialPiece, 'label'>[] = []
  let left = BUDGET
  for (const source of sources.toReversed()) {
    const { fact, kind, step, title } = source
    const whole = visible('text' in source ? source.text : await read(source.blob))
    const longest = Math.min(LONGEST[kind], left)
    if (longest <= 0 || whole.trim() === '') continue
    const text = 'end' in source ? whole.slice(-longest) : whole.slice(0, longest)
    left -= text.length
    taken.push({ fact, kind, ...(step ? { step } : {}), title: text.length < whole.length ? `${title} (cut)` : title, text })
  }
  return taken.toReversed().map((piece, index) => ({ label: `P${index + 1}`, ...piece }))
}
