import { join } from 'node:path'
import { isComplete } from './cache.mjs'
import { fillOnce } from './exclusive.mjs'
import { run } from './run.mjs'

const version = '3.52.0'
const wanted = `openai==${version}`

/** @param {string} cache @returns {string} the folder of the Python environment that has the real `openai` package */
const openaiFolder = (cache) => join(cache, `openai-python-${version}`)

/**
 * @param {string} cache
 * @returns {string | null} the Python program that can `import openai`, null when it is not completely installed
 */
export function cachedOpenaiPython(cache) {
  const folder = openaiFolder(cache)
  return isComplete(folder) ? join(folder, 'bin', 'python') : null
}

/**
 * Installs the real `openai` package of Python, which the proxy is tried with. Without it that test is skipped by name.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the reason why it is not there
 */
export async function installOpenaiPython({ cache, env, say }) {
  const folder = openaiFolder(cache)
  if (isComplete(folder)) return ''
  const reason = await fillOnce(cache, folder, () => {
    say(`openai for Python: installing ${version} into ${folder}`)
    return fill(folder, env)
  })
  if (reason !== '') say(`openai for Python: not available because ${reason}; its test will be skipped and say so`)
  return reason
}

async function fill(folder, env) {
  // A caller's own Python settings must not lead pip out of our folder.
  const { PYTHONHOME: _home, PYTHONPATH: _path, PIP_TARGET: _target, PIP_USER: _user, PIP_PREFIX: _prefix, ...clean } = env
  const made = await run('python3', ['-m', 'venv', folder], { env: clean, timeoutMs: 120_000 })
  if (!made.ok) return `python3 -m venv failed: ${made.reason}`
  const python = join(folder, 'bin', 'python')
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wanted]
  const installed = await run(python, pip, { env: clean, timeoutMs: 300_000 })
  if (!installed.ok) return `pip install ${wanted} failed: ${installed.reason}`
  const proof = await run(python, ['-c', 'import openai'], { env: clean, timeoutMs: 60_000 })
  return proof.ok ? '' : `the installed openai cannot be imported: ${proof.reason}`
}
