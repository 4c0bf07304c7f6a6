/** Whether an error is the git service's word that a repository cannot be used as asked: no try will change that, a person can. */
export const isGitProblem = (error: unknown): error is Error => error instanceof Error && error.name === 'GitProblem'
