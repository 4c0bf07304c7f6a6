export interface AnswerMemory<Answer> {
  get(argv: readonly string[], cwd: string): Answer | undefined
  keep(argv: readonly string[], cwd: string, answer: Answer): void
}

/** Keeps answers of git up to `limit` characters in all; those not asked for the longest go first, and one larger than a quarter is not kept. */
export function createAnswerMemory<Answer extends { stdout: string }>(limit = 16 * 1024 * 1024): AnswerMemory<Answer> {
  const answers = new Map<string, Answer>()
  const keyOf = (argv: readonly string[], cwd: string) => [cwd, ...argv].join('\0')
  const sizeOf = (key: string) => key.length + (answers.get(key)?.stdout.length ?? 0)
  let held = 0

  function drop(key: string): void {
    held -= answers.has(key) ? sizeOf(key) : 0
    answers.delete(key)
  }

  function put(key: string, answer: Answer): void {
    drop(key)
    answers.set(key, answer)
    held += sizeOf(key)
  }

  return {
    get: (argv, cwd) => {
      const key = keyOf(argv, cwd)
      const answer = answers.get(key)
      if (answer) put(key, answer) // now the latest
      return answer
    },
    keep: (argv, cwd, answer) => {
      if (answer.stdout.length > limit / 4) return
      put(keyOf(argv, cwd), answer)
      for (const oldest of answers.keys()) if (held > limit) drop(oldest)
    },
  }
}
