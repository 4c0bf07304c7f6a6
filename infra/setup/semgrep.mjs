import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cachedSemgrep, findOnPath, semgrepFolder, versions } from './cache.mjs'
import { fillOnce } from './exclusive.mjs'
import { run } from './run.mjs'

/** Without this `semgrep --version` asks the network for news and waits up to two minutes for it. */
const quiet = { SEMGREP_ENABLE_VERSION_CHECK: '0', SEMGREP_SEND_METRICS: 'off' }

const wanted = `semgrep==${versions.semgrep}`

/**
 * Makes sure that semgrep is there, on PATH or in a Python environment of our own. It is not indispensable: scans say that they were skipped.
 * @param {{ cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 */
export async function installSemgrep({ cache, env, say }) {
  if (cachedSemgrep(cache) !== null || (await worksOnPath(cache, env))) return
  const folder = semgrepFolder(cache)
  const reason = await fillOnce(cache, folder, () => {
    say(`semgrep: not found; installing ${versions.semgrep} into ${folder}`)
    return fill(folder, env)
  })
  if (reason !== '') say(`semgrep: not available because ${reason}; scans will be skipped and say so`)
}

async function fill(folder, env) {
  const clean = pythonEnvironment(env)
  const made = await run('python3', ['-m', 'venv', folder], { env: clean, timeoutMs: 120_000 })
  if (!made.ok) return fillWithoutVenv(folder, clean, made.reason)
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wanted]
  const installed = await run(join(folder, 'bin', 'python'), pip, { env: clean, timeoutMs: 300_000 })
  return installed.ok ? prove(folder, clean) : `pip install ${wanted} failed: ${installed.reason}`
}

/** Debian keeps venv in a package of its own; pip can still install into a plain folder, which then needs PYTHONPATH. */
async function fillWithoutVenv(folder, env, why) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'bin'), { recursive: true, mode: 0o700 })
  const site = join(folder, 'site')
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', site, wanted]
  const installed = await run('python3', args, { env, timeoutMs: 300_000 })
  if (!installed.ok) return `python3 -m venv failed (${why}) and pip install ${wanted} failed: ${installed.reason}`
  const starter = join(folder, 'bin', 'semgrep')
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`
  writeFileSync(
    starter,
    `#!/bin/sh\nPATH=${quoted(join(site, 'bin'))}:$PATH PYTHONPATH=${quoted(site)} exec ${quoted(join(site, 'bin', 'semgrep'))} "$@"\n`,
  )
  chmodSync(starter, 0o755)
  return prove(folder, env)
}

async function prove(folder, env) {
  const answer = await run(join(folder, 'bin', 'semgrep'), ['--version'], { env, timeoutMs: 120_000 })
  return answer.ok ? '' : `the installed semgrep does not run: ${answer.reason}`
}

/** A caller's own Python settings must not lead pip out of our folder. */
function pythonEnvironment(env) {
  const { PYTHONHOME: _home, PYTHONPATH: _path, PIP_TARGET: _target, PIP_USER: _user, PIP_PREFIX: _prefix, ...rest } = env
  return { ...rest, ...quiet, PIP_DISABLE_PIP_VERSION_CHECK: '1' }
}

/** `semgrep --version` takes a second, so a proven one is remembered by its path and date. */
async function worksOnPath(cache, env) {
  const path = findOnPath('semgrep', env)
  if (path === null) return false
  const stamp = `${path} ${statSync(path).mtimeMs}`
  const memory = join(cache, 'semgrep-on-path')
  if (existsSync(memory) && readFileSync(memory, 'utf8') === stamp) return true
  const answer = await run(path, ['--version'], { env: { ...env, ...quiet }, timeoutMs: 60_000 })
  if (!answer.ok) return false
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  writeFileSync(memory, stamp)
  return true
}
