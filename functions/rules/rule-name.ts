import { faultsOfMessage } from './gate/plain-words.ts'

const LONGEST = 40

/** What semgrep calls a rule: words of its lesson where they could be a rule's message, and the beginning of its id, so that no two are called the same. Pure. */
export const ruleNameFor = (summary: string, rule: string): string => {
  const isPlain = faultsOfMessage(summary).length === 0
  const slug = (isPlain ? summary : '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
  return `chum-${slug ? `${slug}-` : ''}${rule.replace(/^forge-/, '').slice(0, 6)}`
}

/** The learned rule that a finding of the scan begins with; undefined where it is of another one. Pure. */
export const learnedRuleIn = (problem: string): string | undefined => /^(chum-[a-z0-9-]{1,60}): /.exec(problem)?.[1]
