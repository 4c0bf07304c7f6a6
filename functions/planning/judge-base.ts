import { chatStep } from '../../bus/next-steps.ts'
import type { BaseChecked } from '../../domain/catalogue/base.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import { type BaseResult, brokenBy, type CheckResult, endingOf, isFailing } from '../verification/check-ports.ts'
import { findingOf } from '../verification/run-checks.ts'

type Judged = Pick<BaseChecked, 'outcome' | 'class' | 'reason' | 'findings'>

/** As many ends of outputs as a message takes, whatever signs are in them. */
const MAX_FINDINGS = 5

/** What the runs say of the base. Only a command that ran to its end, twice, breaks it; what could not be run says nothing. Pure. */
export const judgeBase = (seen: BaseResult): Judged => {
  const failing = [...seen.setup, ...seen.checks].filter(isFailing)
  const broken = brokenBy(seen)
  if (seen.failure)
    return { outcome: 'unknown', class: seen.failure.class, reason: unknown(seen.failure.reason), findings: endsOf(failing) }
  if (broken.length === 0)
    return { outcome: 'passed', reason: ['the base is green', ...failing.map(flaky)].join('; '), findings: endsOf(failing) }
  const ending = broken.map(endingOf).join(', ')
  return seen.missed
    ? { outcome: 'unknown', class: 'infrastructure', reason: unknown(`${ending}. ${seen.missed}`), findings: endsOf(broken) }
    : { outcome: 'failed', reason: `the base is broken: ${ending}`, findings: endsOf(broken) }
}

const endsOf = (checks: readonly CheckResult[]): Finding[] => checks.slice(0, MAX_FINDINGS).map(findingOf)
const unknown = (reason: string): string => `whether the base is green is not known: ${reason}`

const flaky = (check: CheckResult): string => `${endingOf(check)}, and passed when it was tried again`

const MOST_SEEN = 400

/** What keeps a task whose plan no person will see from being paid for; undefined where nothing does. Pure. */
export const whyUnpaid = ({ id, base, routed, mendsBase }: Task): { reason: string; class: string; findings: Finding[] } | undefined => {
  if (!base || base.outcome === 'passed' || base.outcome === 'skipped') return undefined
  if (routed?.gate !== 'automatic' || mendsBase) return undefined
  const next = `Nobody was asked yet: mend it and \`${chatStep(`retry ${id}`)}\`, or let the task do that: \`${chatStep(`retry ${id} --mend-base`)}\``
  // What comes next stands within what a chat shows of a reason.
  const seen = base.reason.length > MOST_SEEN ? `${base.reason.slice(0, MOST_SEEN)}..` : base.reason.replace(/\.$/, '')
  const cls = base.outcome === 'failed' ? 'base_broken' : (base.class ?? 'infrastructure')
  return { reason: `${seen}. ${next}`, class: cls, findings: [...base.findings] }
}
