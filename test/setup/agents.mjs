import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentsFolder, cachedAgents, isComplete, versions } from '../../infra/setup/cache.mjs'
import { fillOnce } from '../../infra/setup/exclusive.mjs'
import { npmCommand, npmEnvironment } from '../../infra/setup/packages.mjs'
import { run } from '../../infra/setup/run.mjs'

/**
 * Installs the real agent command lines, in the versions their tests are written for. Without them those tests are skipped by name.
 * @param {{ root: string, cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 */
export async function installAgents({ root, cache, env, say }) {
  const folder = agentsFolder(cache)
  if (isComplete(folder)) return
  const reason = await fillOnce(cache, folder, () => {
    say(`agents: installing claude ${versions.claude} and codex ${versions.codex} into ${folder} (about 800 MB)`)
    return fill(root, folder, env)
  })
  if (reason !== '') say(`agents: not available because ${reason}; their tests will be skipped and say so`)
  else
    for (const [name, path] of Object.entries(cachedAgents(cache))) if (path === null) say(`agents: ${name} has no binary for this machine`)
}

/** Without install scripts: the native binaries lie in packages of their own, the scripts would only link them. */
async function fill(root, folder, env) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const { command, first } = npmCommand(root, env)
  const packages = [`@anthropic-ai/claude-code@${versions.claude}`, `@openai/codex@${versions.codex}`]
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--save-exact',
    ...packages,
  ]
  const outcome = await run(command, [...first, ...args], { cwd: folder, env: npmEnvironment(env), timeoutMs: 600_000 })
  return outcome.ok ? '' : `npm install failed: ${outcome.reason}`
}
