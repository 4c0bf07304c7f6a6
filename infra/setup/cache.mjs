/**
 * Where programs that Cortex fetched for itself are kept: the one place that set-up and the running system agree on.
 * Plain JS for Node 20, no dependencies; the environment is an argument.
 */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

/** The versions that set-up installs. Semgrep 1.183 to 1.185 ask for a certifi so new that package indexes lack it. */
export const versions = Object.freeze({ natsServer: '2.15.1', semgrep: '1.182.0', claude: '2.1.329', codex: '0.169.0' })

/** The oldest versions that work; schedules and atomic batches need nats-server 2.12. */
export const oldest = Object.freeze({ node: '24.0.0', natsServer: '2.12.0', git: '2.30.0' })

/** Written last into a folder that was installed completely. */
export const completeMarker = '.complete'

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string} absolute path of the cache folder; it may not exist yet
 */
export function cacheFolder(env) {
  if (env.CORTEX_CACHE_DIR) return resolve(env.CORTEX_CACHE_DIR)
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'cortex')
  return join(env.HOME || homedir(), '.cache', 'cortex')
}

/**
 * @param {string} cache @returns {string} where the fetched nats-server lies or would lie
 */
export function cachedNatsServer(cache) {
  return join(cache, 'bin', `nats-server-${versions.natsServer}`)
}

/**
 * @param {string} cache @returns {string} the folder of the private semgrep
 */
export function semgrepFolder(cache) {
  return join(cache, `semgrep-${versions.semgrep}`)
}

/**
 * @param {string} cache @returns {string | null} the private semgrep program, null when it is not completely installed
 */
export function cachedSemgrep(cache) {
  const folder = semgrepFolder(cache)
  return isComplete(folder) ? join(folder, 'bin', 'semgrep') : null
}

/**
 * @param {string} cache @returns {string} the folder of the pinned agent command lines
 */
export function agentsFolder(cache) {
  return join(cache, `agents-claude-${versions.claude}-codex-${versions.codex}`)
}

/**
 * The native binaries: the `claude` and `codex` entries of npm are a stub and a launcher, which are not needed.
 * @param {string} cache @returns {{ claude: string | null, codex: string | null }} null where it is not installed
 */
export function cachedAgents(cache) {
  const folder = agentsFolder(cache)
  if (!isComplete(folder)) return { claude: null, codex: null }
  const modules = join(folder, 'node_modules')
  return {
    claude: firstRunnable(packages(join(modules, '@anthropic-ai'), 'claude-code-').map((path) => join(path, 'claude'))),
    codex: firstRunnable(
      packages(join(modules, '@openai'), 'codex-').flatMap((path) =>
        packages(join(path, 'vendor'), '').map((triple) => join(triple, 'bin', 'codex')),
      ),
    ),
  }
}

/**
 * @param {string} name a program @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | null} its absolute path by PATH
 */
export function findOnPath(name, env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return firstRunnable(folders.map((folder) => join(folder, name)))
}

/**
 * @param {string} text anything with a version in it, like "nats-server: v2.15.1"
 * @returns {string | null} "2.15.1"
 */
export function versionIn(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  return found ? `${found[1]}.${found[2]}.${found[3] ?? 0}` : null
}

/**
 * @param {string} version @param {string} wanted both "major.minor.patch"
 * @returns {boolean} whether `version` is `wanted` or newer
 */
export function isAtLeast(version, wanted) {
  const [have, need] = [version, wanted].map((text) => text.split('.').map(Number))
  for (let index = 0; index < need.length; index += 1) {
    const difference = (have[index] ?? 0) - need[index]
    if (difference !== 0) return difference > 0
  }
  return true
}

/**
 * @param {string} folder @returns {boolean} whether an installation into it came to its end
 */
export function isComplete(folder) {
  return existsSync(join(folder, completeMarker))
}

/**
 * @param {string} path @returns {boolean} whether it is a file that we may execute
 */
export function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // absent or not ours to run: both mean "not here"
  }
}

function firstRunnable(paths) {
  return paths.find(isRunnable) ?? null
}

function packages(folder, prefix) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(folder, name))
}
