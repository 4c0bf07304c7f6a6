import { join } from 'node:path'
import { isComplete } from '../../infra/setup/cache.mjs'
import { fillOnce } from '../../infra/setup/exclusive.mjs'
import { run } from '../../infra/setup/run.mjs'

/** Real chat front ends that a registry carries, each in a Python environment of its own, with the version that its site pack was written for. */
const versions = Object.freeze({ chainlit: '2.12.0', gradio: '6.31.0' })

/** @typedef {keyof typeof versions} ChatFrontEnd */

/** @param {string} cache @param {ChatFrontEnd} name */
const folderOf = (cache, name) => join(cache, `${name}-${versions[name]}`)

/**
 * @param {string} cache @param {ChatFrontEnd} name
 * @returns {string | null} the Python program that can import the front end, null when it is not completely installed
 */
export function cachedChatFrontEnd(cache, name) {
  const folder = folderOf(cache, name)
  return isComplete(folder) ? join(folder, 'bin', 'python') : null
}

/**
 * Installs the chat pages that the browser lane is tried with, beside the one it is made for. Without one its tests are skipped by name.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the reasons why one is not there
 */
export async function installChatFrontEnd(setup) {
  const reasons = []
  for (const name of /** @type {ChatFrontEnd[]} */ (Object.keys(versions))) reasons.push(await install(setup, name))
  return reasons.filter((reason) => reason !== '').join('; ')
}

async function install({ cache, env, say }, name) {
  const folder = folderOf(cache, name)
  if (isComplete(folder)) return ''
  const reason = await fillOnce(cache, folder, () => {
    say(`${name}: installing ${versions[name]} into ${folder}, which takes a minute`)
    return fill(folder, name, env)
  })
  if (reason !== '') say(`${name}: not available because ${reason}; its tests will be skipped and say so`)
  return reason
}

async function fill(folder, name, env) {
  // A caller's own Python settings must not lead pip out of our folder.
  const { PYTHONHOME: _home, PYTHONPATH: _path, PIP_TARGET: _target, PIP_USER: _user, PIP_PREFIX: _prefix, ...clean } = env
  const made = await run('python3', ['-m', 'venv', folder], { env: clean, timeoutMs: 120_000 })
  if (!made.ok) return `python3 -m venv failed: ${made.reason}`
  const python = join(folder, 'bin', 'python')
  const wanted = `${name}==${versions[name]}`
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wanted]
  const installed = await run(python, pip, { env: clean, timeoutMs: 600_000 })
  if (!installed.ok) return `pip install ${wanted} failed: ${installed.reason}`
  // Chainlit writes its settings into the current folder as soon as it is imported.
  const proof = await run(python, ['-c', `import ${name}`], { cwd: folder, env: clean, timeoutMs: 120_000 })
  return proof.ok ? '' : `the installed ${name} cannot be imported: ${proof.reason}`
}
