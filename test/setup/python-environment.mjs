import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { isComplete } from '../../infra/setup/cache.mjs'
import { fillOnce } from '../../infra/setup/exclusive.mjs'
import { run } from '../../infra/setup/run.mjs'

/**
 * A package of Python in an environment of its own in our cache, for a test that uses it and is skipped without it.
 * @typedef {{ name: string, version: string, module: string, also?: readonly string[] }} PythonPackage its name on PyPI, what is imported to see
 * that it works, and what is installed beside it
 */

/** @param {string} cache @param {PythonPackage} wanted @returns {string} */
export const folderOf = (cache, { name, version, also = [] }) =>
  join(cache, `${name}-python-${version}${also.length === 0 ? '' : `-${nameOfList(also)}`}`)

/**
 * A list of packages as a part of a folder's name: another list is another folder.
 * @param {readonly string[]} packages
 */
export const nameOfList = (packages) => createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 8)

/**
 * @param {string} cache @param {PythonPackage} wanted
 * @returns {string | null} the folder of the environment's programs, null when it is not completely installed
 */
export function cachedPythonPrograms(cache, wanted) {
  const folder = folderOf(cache, wanted)
  return isComplete(folder) ? join(folder, 'bin') : null
}

/**
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @param {PythonPackage} wanted
 * @returns {Promise<string>} '' or the reason why it is not there
 */
export async function installPythonPackage({ cache, env, say }, wanted) {
  const folder = folderOf(cache, wanted)
  if (isComplete(folder)) return ''
  const reason = await fillOnce(cache, folder, () => {
    say(`${wanted.name} for Python: installing ${wanted.version} into ${folder}`)
    return fill(folder, wanted, env)
  })
  if (reason !== '') say(`${wanted.name} for Python: not available because ${reason}; its test will be skipped and say so`)
  return reason
}

async function fill(folder, { name, version, module, also = [] }, env) {
  // A caller's own Python settings must not lead pip out of our folder.
  const { PYTHONHOME: _home, PYTHONPATH: _path, PIP_TARGET: _target, PIP_USER: _user, PIP_PREFIX: _prefix, ...clean } = env
  const made = await run('python3', ['-m', 'venv', folder], { env: clean, timeoutMs: 120_000 })
  if (!made.ok) return `python3 -m venv failed: ${made.reason}`
  const python = join(folder, 'bin', 'python')
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`, ...also]
  const installed = await run(python, pip, { env: clean, timeoutMs: 300_000 })
  if (!installed.ok) return `pip install ${name}==${version} failed: ${installed.reason}`
  const proof = await run(python, ['-c', `import ${module}`], { env: clean, timeoutMs: 60_000 })
  return proof.ok ? '' : `the installed ${name} cannot be imported: ${proof.reason}`
}
