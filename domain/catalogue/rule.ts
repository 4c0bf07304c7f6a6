import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { because, count } from '../words/pieces.ts'
import { CommitSha, Id } from './shared.ts'

/** Languages that a rule can be proposed for. */
export const RuleLanguages = ['typescript', 'javascript', 'python', 'go', 'java', 'ruby', 'rust', 'php'] as const

/** What whoever is asked for a rule answers. */
export const RuleAnswer = z.object({
  language: z.enum(RuleLanguages),
  rule: z.string().trim().min(1).max(8000).describe('YAML with one semgrep rule'),
  bad: z.string().trim().min(1).max(4000).describe('code that the rule must find'),
  good: z.string().trim().min(1).max(4000).describe('code that it must pass over'),
})

/** One thing that must hold before a rule is admitted, and what showed whether it does. */
export const RuleProof = z.object({ check: z.string(), passed: z.boolean(), evidence: z.string() })

/** A commit of a task, and how to get it. */
const Head = z.object({ sha: CommitSha, bundle: BlobRef })

/** How much a rule counts: its findings warn, block, or are not looked for. */
export const RuleStates = ['probation', 'enforced', 'quarantined'] as const
export type RuleState = (typeof RuleStates)[number]

/** What came of a rule in a task. */
export const RuleOutcome = z.enum(['mended', 'kept', 'silent', 'blocked', 'broken'])
export type RuleOutcome = z.infer<typeof RuleOutcome>

const TRIALS: Readonly<Record<RuleOutcome, string>> = {
  mended: 'found something, and it was mended before the end',
  kept: 'found something, and what was delivered still has it',
  silent: 'found nothing',
  blocked: 'found something, and the task came to no result',
  broken: 'could not be read by semgrep',
}

/** Which rule; by whom, where it was a person. */
const about = z.object({ rule: z.string(), reason: z.string(), by: z.string().optional(), channel: z.string().optional() })
const byWhom = (by: string | undefined): string => (by ? ` by ${by}` : '')

export const ruleEvents = {
  'rule.wanted': defineEvent({
    summary: 'A lesson shows in code: a rule is made of it, in a story of its own.',
    remembered: true,
    data: z.object({
      lesson: z.string(),
      project: z.string(),
      agent: z.string(),
      task: Id,
      summary: z.string(),
      detail: z.string(),
      /** The head that was refused, the one that passed, and the files that either has otherwise than their base. */
      taught: Head,
      mended: Head,
      changed: z.array(z.string()),
      /** The check that refused the first. */
      refusedBy: z.string(),
      /** What was changed from the one to the other, as a diff. */
      diff: BlobRef,
    }),
    words: ({ lesson }) => `a rule is to be made of ${lesson}`,
  }),
  'rule.postponed': defineEvent({
    summary: "The day's learning budget of the project is spent: the rule waits.",
    audience: 'views and people',
    data: z.object({ until: z.iso.datetime(), reason: z.string() }),
    words: ({ until, reason }) => `waits until ${until}: ${reason}`,
  }),
  'rule.resumed': defineEvent({
    summary: 'There is a learning budget again.',
    data: z.object({}),
    words: () => 'goes on',
  }),
  'rule.refused': defineEvent({
    summary: 'A proposed rule is not what a rule must be; another is asked for once.',
    remembered: true,
    data: z.object({ proof: z.array(RuleProof), answer: BlobRef }),
    words: ({ proof }) => `refused${because(failed(proof))}`,
  }),
  'rule.dropped': defineEvent({
    summary: 'No rule comes of the lesson.',
    remembered: true,
    audience: 'views and people',
    data: z.object({ reason: z.string() }),
    words: ({ reason }) => `no rule: ${reason}`,
  }),
  'rule.admitted': defineEvent({
    summary: 'A rule holds against everything that a rule must be; its subject is the rulebook of the project.',
    remembered: true,
    audience: 'views, people and whoever scans',
    data: RuleAnswer.extend({
      /** The story that it was made in. */
      rule: z.string(),
      /** What semgrep calls it. */
      name: z.string(),
      yaml: z.string(),
      message: z.string(),
      lesson: z.string(),
      project: z.string(),
      task: Id,
      proof: z.array(RuleProof),
      /** Where today's base has what it forbids. */
      baseHits: z.array(z.object({ file: z.string(), line: z.int() })),
      /** Whether the definition of done refused the code that taught it. */
      confirmed: z.boolean(),
    }),
    words: ({ name, message, baseHits }) =>
      `${name} is admitted: ${message}${baseHits.length > 0 ? ` (${count(baseHits.length, 'place')} of today's base)` : ''}`,
  }),
  'rule.tried': defineEvent({
    summary: 'A task that a rule was held against has ended.',
    remembered: true,
    data: z.object({ project: z.string(), task: Id, run: z.int(), trial: RuleOutcome }),
    words: ({ task, trial }) => `in ${task} it ${TRIALS[trial]}`,
  }),
  'rule.enforced': defineEvent({
    summary: 'What the rule finds blocks from now on; its subject is the rulebook of the project.',
    remembered: true,
    audience: 'views, people and whoever scans',
    data: about,
    words: ({ rule, reason, by }) => `${rule} blocks from now on${byWhom(by)}: ${reason}`,
  }),
  'rule.quarantined': defineEvent({
    summary: 'The rule is not looked for any more; its subject is the rulebook of the project.',
    remembered: true,
    audience: 'views, people and whoever scans',
    data: about,
    words: ({ rule, reason, by }) => `${rule} is out of use${byWhom(by)}: ${reason}`,
  }),
  'rule.restored': defineEvent({
    summary: 'A person takes back what was last said of a rule; its subject is the rulebook of the project.',
    remembered: true,
    audience: 'views, people and whoever scans',
    data: about,
    words: ({ rule, reason, by }) => `${rule} counts as before${byWhom(by)}: ${reason}`,
  }),
}

const failed = (proof: readonly z.infer<typeof RuleProof>[]): string =>
  proof
    .filter(({ passed }) => !passed)
    .map(({ check, evidence }) => `${check} (${evidence})`)
    .join('; ')
