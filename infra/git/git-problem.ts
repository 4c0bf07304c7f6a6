/** Something about a repository that a person has to know or mend. `reason` says what, where, and what to do. */
export class GitProblem extends Error {
  readonly reason: string
  /** What is wrong, without the project it is wrong with, and what to do; each a sentence or more. */
  readonly wrong: string
  readonly advice: string

  constructor(wrong: string, { advice = '', project, ...options }: { advice?: string; project?: string } & ErrorOptions = {}) {
    const reason = `${project === undefined ? '' : `Project "${project}": `}${wrong}${advice && ` ${advice}`}`
    super(reason, options)
    this.name = 'GitProblem'
    this.reason = reason
    this.wrong = wrong
    this.advice = advice
  }
}

/** What somebody left in a worktree can be in no commit: whoever wrote it must mend it, not the person. */
export class ContentProblem extends GitProblem {
  readonly byContent = true
}

/** The address without a user name or password, for messages and logs. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, '$1')
}
