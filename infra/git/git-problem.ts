/** Something about a repository that a person has to know or mend. `reason` says what, where, and what to do. */
export class GitProblem extends Error {
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'GitProblem'
    this.reason = reason
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
