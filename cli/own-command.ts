import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../infra/config/environment.ts'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { findOnPath } from '../infra/setup/cache.mjs'

const program = fileURLToPath(new URL('./bin.mjs', import.meta.url))

/** What to type for this very Cortex, wherever one stands: the name alone where the path leads to it. Another package has that name, too. */
export const ownCommand = (env: Environment): string => {
  const found = findOnPath('cortex', env)
  if (found !== null && existsSync(found) && realpathSync(found) === program) return 'cortex'
  return `npx --prefix ${shellWord(dirname(dirname(program)))} cortex`
}
