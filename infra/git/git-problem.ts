/** Something about a repository that a person has to know or mend. `reason` says what, where, and what to do. */
export class GitProblem extends Error {
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'GitProblem'
    this.reason = reason
  }
}

/** The address without a user name or password, for messages and logs. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, '$1')
}
