import type { RuleLanguages } from '../../domain/catalogue/rule.ts'

/** What the making of rules asks of the outside world. */

export type RuleLanguage = (typeof RuleLanguages)[number]

/** A rule as a model proposes it: nothing of it is to be trusted. */
export interface RuleProposal {
  readonly language: RuleLanguage
  /** YAML with one semgrep rule in it. */
  readonly rule: string
  /** Code that it must hit, and code that it must miss. */
  readonly bad: string
  readonly good: string
}

/** A rule that was admitted before. */
export interface AdmittedRule extends RuleProposal {
  readonly id: string
}

/** Where a rule is held against what taught it: folders that are thrown away afterwards. */
export interface RuleGround {
  /** The head that was refused, and the one that was delivered. */
  readonly taught: string
  readonly mended: string
  /** The project's base as it is today. */
  readonly base: string
  /** Paths of the files that the task changed, from the root. */
  readonly changed: readonly string[]
}

/** One thing that must hold before a rule is admitted, and what showed whether it does. */
export interface RuleCheck {
  readonly check: string
  readonly passed: boolean
  readonly evidence: string
}

export interface RuleVerdict {
  /** All checks that could be made, in a fixed order; those that need a rule that can be read are missing where it cannot. */
  readonly checks: RuleCheck[]
  /** The rule as it is to be run: with the id that it was given, and nothing of what it may not say. Absent where it is refused. */
  readonly admitted?: { readonly rule: string; readonly message: string; readonly baseHits: { file: string; line: number }[] }
}

export interface RuleGate {
  /** Why no rule can be tried on this machine, in a sentence; null where one can. */
  missing(): string | null
  /**
   * Holds a proposal against everything that a rule must be. Never throws for what the proposal says; throws where semgrep itself cannot
   * be had or ends by no fault of the rule.
   * @param id what the rule is called, whatever it calls itself
   */
  judge(input: {
    readonly id: string
    readonly proposal: RuleProposal
    readonly ground: RuleGround
    readonly inForce: readonly AdmittedRule[]
    readonly signal: AbortSignal
  }): Promise<RuleVerdict>
}
