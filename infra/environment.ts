/** A set of environment variables handed in by the caller; nothing below `infra/config.ts` reads our own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The named variables of `source` that are set. */
export function pickVariables(source: Environment, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = source[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
