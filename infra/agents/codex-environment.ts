import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * Codex takes a key from CODEX_API_KEY alone. Where a person has no login of codex and only OPENAI_API_KEY, that key stands in;
 * where there is a login, it stays unused, as with codex itself: a subscription must not turn into a bill by the token.
 */
export function codexEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const key = env['OPENAI_API_KEY']
  const home = env['CODEX_HOME'] || (env['HOME'] && path.join(env['HOME'], '.codex'))
  if (!key || env['CODEX_API_KEY'] || (home && existsSync(path.join(home, 'auth.json')))) return { ...env }
  return { ...env, CODEX_API_KEY: key }
}
