import type { BaseChecked } from '../../domain/catalogue/base.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import { type BaseResult, brokenBy, endingOf, isFailing } from '../verification/check-ports.ts'
import { findingOf } from '../verification/run-checks.ts'

type Judged = Pick<BaseChecked, 'outcome' | 'class' | 'reason' | 'findings'>

/** As many ends of outputs as a message takes, whatever signs are in them. */
const MAX_FINDINGS = 5

/** What the runs say of the base. Only a command that ran to its end, twice, breaks it; what could not be run says nothing. Pure. */
export const judgeBase = (seen: BaseResult): Judged => {
  const findings = [...seen.setup, ...seen.checks].filter(isFailing).slice(0, MAX_FINDINGS).map(findingOf)
  if (seen.failure) return { outcome: 'unknown', class: seen.failure.class, reason: unknown(seen.failure.reason), findings }
  const broken = brokenBy(seen)
  if (broken.length === 0) return { outcome: 'passed', reason: ['the base is green', ...flakyIn(seen)].join('; '), findings: [] }
  if (seen.missed)
    return { outcome: 'unknown', class: 'infrastructure', reason: unknown(`${broken.map(endingOf).join(', ')}. ${seen.missed}`), findings }
  return {
    outcome: 'failed',
    reason: `the base is broken: ${broken.map(endingOf).join(', ')}`,
    findings: broken.slice(0, MAX_FINDINGS).map(findingOf),
  }
}

const unknown = (reason: string): string => `whether the base is green is not known: ${reason}`

const flakyIn = ({ checks }: BaseResult): string[] =>
  checks.filter(isFailing).map((check) => `${endingOf(check)}, and passed when it was tried again`)

/** What keeps a task whose plan no person will see from being paid for; undefined where nothing does. Pure. */
export const whyUnpaid = ({ id, base, routed, created }: Task): { reason: string; class: string; findings: Finding[] } | undefined => {
  if (!base || base.outcome === 'passed' || base.outcome === 'skipped') return undefined
  if (routed?.gate !== 'automatic' || created?.mendBase) return undefined
  const next = `nobody was asked yet; mend it and \`cortex retry ${id}\`, or let the task do that: \`cortex retry ${id} --mend-base\``
  const cls = base.outcome === 'failed' ? 'base_broken' : (base.class ?? 'infrastructure')
  return { reason: `${base.reason}; ${next}`, class: cls, findings: [...base.findings] }
}
