import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A copy of the demo's sample as a git repository of its own. */
export const sampleRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-sample-'))
  cpSync(fileURLToPath(new URL('../../infra/demo/sample-shop', import.meta.url)), folder, { recursive: true })
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...argv], { cwd: folder, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-q', '-m', 'The shop, with a fault')
  return folder
}
