import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../infra/config/environment.ts'
import { shellWord } from '../infra/sandbox/shell-line.ts'
import { findOnPath } from '../infra/setup/cache.mjs'

const program = fileURLToPath(new URL('./bin.mjs', import.meta.url))

/** What `npx` and `npm run` put on the path of what they start is not on that of who types next. */
const isOfNpm = (folder: string): boolean => /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder)

/** What to type for this very Cortex, wherever one stands: the name alone where the path leads to it. Another package has that name, too. */
export const ownCommand = (env: Environment): string => {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => !isOfNpm(folder))
  const found = findOnPath('cortex', { PATH: folders.join(delimiter) })
  if (found !== null && existsSync(found) && realpathSync(found) === program) return 'cortex'
  return `npx --prefix ${shellWord(dirname(dirname(program)))} cortex`
}
