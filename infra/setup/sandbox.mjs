import { findOnPath } from './cache.mjs'
import { run } from './run.mjs'

/** The distribution's programs that the sandbox is made of on Linux: name of the program -> name of its package. */
const programs = Object.freeze({ bwrap: 'bubblewrap', socat: 'socat', rg: 'ripgrep' })

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string[]} packages of the system that the sandbox needs and that are not here
 */
export function missingPackages(env) {
  if (process.platform !== 'linux') return []
  return Object.entries(programs).flatMap(([program, name]) => (findOnPath(program, env) === null ? [name] : []))
}

/**
 * Makes sure of what the sandbox is made of, as root on Debian and Ubuntu; elsewhere it says what is to be installed. It is not
 * indispensable: without it agents run unconfined, which every start, plan and outcome says.
 * @param {{ env: Record<string, string | undefined>, say: (line: string) => void }} setup
 */
export async function installSandbox({ env, say }) {
  const missing = missingPackages(env)
  if (missing.length === 0) return
  const words = `apt-get install ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || findOnPath('apt-get', env) === null)
    return say(`sandbox: ${missing.join(', ')} not found; until they are installed (for instance ${words}) agents run without a sandbox`)
  say(`sandbox: ${missing.join(', ')} not found; installing by ${words}`)
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: 300_000 }
  const install = () => run('apt-get', ['-o', 'DPkg::Lock::Timeout=60', 'install', '--yes', '--no-install-recommends', ...missing], options)
  const first = await install()
  if (first.ok) return
  await run('apt-get', ['update'], options)
  const again = await install()
  if (!again.ok) say(`sandbox: not available because ${words} failed: ${again.reason}; agents run without a sandbox`)
}
