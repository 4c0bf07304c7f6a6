import { forgeIdFor, rulebookOf } from '../../domain/learner.ts'
import type { RuleVerdict } from '../../functions/rules/rule-ports.ts'
import { fact, HEAD, type InputOf } from './facts.ts'
import { blobOf, memoryBlobs } from './memory-blobs.ts'
import { config, gitWith, type Stubs } from './stubs.ts'

/** The head that was refused before HEAD was written. */
export const REFUSED = 'e'.repeat(40)
/** The story of the rule that is made of lesson-00000000000000aa, and the rulebook of project shop. */
export const forge = forgeIdFor('lesson-00000000000000aa')
export const book = rulebookOf('shop')

export const wanted = fact('rule.wanted', {
  lesson: 'lesson-00000000000000aa',
  project: 'shop',
  agent: 'claude',
  task: 'task-1',
  summary: 'Sums of money are kept in whole cents.',
  detail: 'Fractions drift.',
  taught: { sha: REFUSED, bundle: blobOf('a bundle') },
  mended: { sha: HEAD, bundle: blobOf('a bundle') },
  changed: ['src/cart.js'],
  refusedBy: 'dod.failed',
  diff: blobOf('-parseFloat(price)\n+Number(price)'),
})

/** A rule as a model proposes it. */
export const proposal = {
  language: 'javascript',
  rule: 'rules: [{id: x, pattern: parseFloat(...)}]',
  bad: 'parseFloat(a)',
  good: 'Number(a)',
} as const
export const refusedRule = (evidence = 'it hits the good example') =>
  fact('rule.refused', { proof: [{ check: 'misses-good', passed: false, evidence }], answer: blobOf('{}') })
export const admittedRule = (more: Partial<InputOf<'rule.admitted'>> = {}) =>
  fact('rule.admitted', {
    ...proposal,
    rule: forge,
    name: 'chum-sums-of-money-are-kept-in-whole-cents-000000',
    yaml: proposal.rule,
    message: 'Prices are fractions here.',
    lesson: 'lesson-00000000000000aa',
    project: 'shop',
    task: 'task-1',
    proof: [],
    baseHits: [],
    confirmed: true,
    ...more,
  })
export const triedRule = (trial: InputOf<'rule.tried'>['trial'], task = 'task-2') =>
  fact('rule.tried', { project: 'shop', task, run: 0, trial })

/** Services of a system that learns and whose gate says this of a rule; without a verdict no rule can be tried. */
export const forging = (verdict?: RuleVerdict, chum: object = {}, git: Stubs['git'] = {}) => ({
  services: {
    config: config({ chum: { enabled: true, ...chum } }),
    git: gitWith({ resolve: async () => ({ baseSha: 'b'.repeat(40), branch: 'main', warnings: [] }), ...git }),
    ruleGate: {
      missing: () => (verdict ? null : 'semgrep is not installed'),
      judge: async () => verdict!,
    },
  },
  blobs: memoryBlobs(),
})
export const good: RuleVerdict = {
  checks: [{ check: 'hits-bad', passed: true, evidence: 'it hits line 1' }],
  admitted: { rule: 'rules: []', message: 'Prices are fractions here.', baseHits: [] },
}
