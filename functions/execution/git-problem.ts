/** Whether an error is the git service's word that a repository cannot be used as asked: no try will change that, a person can. */
export const isGitProblem = (error: unknown): error is Error => error instanceof Error && error.name === 'GitProblem'

/** Whether it is about what an agent left behind, which the agent can mend. */
export const isByContent = (error: Error): boolean => 'byContent' in error && error.byContent === true
