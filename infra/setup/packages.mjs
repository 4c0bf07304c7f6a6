import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { findOnPath, isAtLeast, oldest, versionIn } from './cache.mjs'
import { exclusively } from './exclusive.mjs'
import { run } from './run.mjs'

/**
 * Installs the packages of the lock file, the right Node among them, when they are not there.
 * @param {{ root: string, cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the sentence that tells why not
 */
export async function installPackages({ root, cache, env, say }) {
  if (packagesDiffer(root) === '') return ''
  return exclusively(cache, `packages-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`, async () => {
    const difference = packagesDiffer(root)
    if (difference === '') return ''
    say(`packages: ${difference}; running npm ci`)
    const reason = await runNpm({ root, env, say })
    if (reason !== '') return `packages: ${reason}; run "npm ci" in ${root} to see all of it.`
    const left = packagesDiffer(root)
    return left === '' ? '' : `packages: npm ci ended well, and still ${left}; remove node_modules and try again.`
  })
}

/**
 * `npm ci` refuses a lock file that lacks optional packages of other machines, as one has that was made with an index without them.
 * `npm install --no-save` takes the same versions and checksums from it and writes neither file.
 */
async function runNpm({ root, env, say }) {
  const { command, first } = npmCommand(root, env)
  const npm = (...words) =>
    run(command, [...first, ...words, '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
      cwd: root,
      env: npmEnvironment(env),
      timeoutMs: 600_000,
    })
  const clean = await npm('ci')
  if (clean.ok) return ''
  if (!/code EUSAGE[\s\S]*^npm error Missing: /m.test(clean.output)) return `npm ci failed: ${clean.reason}`
  say('packages: npm ci wants packages for other machines in the lock file; running npm install --no-save')
  const tolerant = await npm('install', '--no-save')
  return tolerant.ok ? '' : `npm install failed: ${tolerant.reason}`
}

/**
 * @param {string} root
 * @returns {Promise<string>} '' when `node` of the npm scripts is new enough, else the sentence
 */
export async function checkNode(root) {
  if (isAtLeast(process.versions.node, oldest.node)) return ''
  const local = join(root, 'node_modules', '.bin', 'node')
  const answer = existsSync(local) ? await run(local, ['--version'], { timeoutMs: 20_000 }) : { ok: false, output: '', reason: '' }
  const version = versionIn(answer.output)
  if (answer.ok && version !== null && isAtLeast(version, oldest.node)) return ''
  const why =
    answer.reason === '' ? 'there is no package of Node for this machine' : `the one in node_modules does not run: ${answer.reason}`
  return `Node ${oldest.node.split('.')[0]} or newer is needed, this is ${process.versions.node}, and ${why} (${process.platform} ${process.arch}); install it from nodejs.org and try again.`
}

/**
 * How to start npm: the one that runs us, by the Node that runs it, since `npm ci` removes the Node in node_modules under our feet.
 * @param {string} root @param {Record<string, string | undefined>} env
 * @returns {{ command: string, first: string[] }}
 */
export function npmCommand(root, env) {
  const script = env.npm_execpath
  if (!script?.endsWith('.js') || !existsSync(script)) return { command: npmOnPath(root, env), first: [] }
  const inside = `${join(root, 'node_modules')}${sep}`
  const nodes = [env.npm_node_execpath, process.execPath].filter((path) => path && existsSync(path))
  return { command: nodes.find((path) => !path.startsWith(inside)) ?? process.execPath, first: [script] }
}

function npmOnPath(root, env) {
  const outside = (env.PATH ?? '').split(':').filter((folder) => !folder.startsWith(join(root, 'node_modules')))
  return findOnPath('npm', { PATH: outside.join(':') }) ?? 'npm'
}

/**
 * The environment without what the outer npm says about itself (a global prefix, "omit", a workspace would bend the inner one);
 * how the registry is reached stays.
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string | undefined>}
 */
export function npmEnvironment(env) {
  const network =
    /^npm_config_(registry|.*proxy|noproxy|ca|cafile|cert|key|strict_ssl|userconfig|globalconfig|cache|fetch_.*|maxsockets|offline|prefer_offline|@.*|\/\/.*|_.*)$/i
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || network.test(name)))
}

/**
 * Compares what npm wrote into node_modules with the lock file; dates say nothing after a checkout.
 * Packages for other machines are marked optional and may be absent, but not Node for this one.
 * @param {string} root
 * @returns {string} '' or the first difference in words
 */
export function packagesDiffer(root) {
  const modules = join(root, 'node_modules')
  const wanted = readPackages(join(root, 'package-lock.json'))
  if (wanted === null) return 'package-lock.json is missing'
  if (!existsSync(modules)) return 'node_modules is missing'
  const installed = readPackages(join(modules, '.package-lock.json'))
  if (installed === null) return 'node_modules is incomplete'
  const ours = `node_modules/node-${process.platform}-${process.arch}`
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    const have = installed[path]
    const mayMiss = (entry.optional || entry.devOptional || entry.peer) && path !== ours
    if (have === undefined && mayMiss) continue
    const name = path.slice('node_modules/'.length)
    if (have === undefined || !existsSync(join(root, path))) return `${name} is not installed`
    if (have.version !== entry.version || have.integrity !== entry.integrity) return `${name} is ${have.version}, not ${entry.version}`
  }
  return ''
}

function readPackages(path) {
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? null
  } catch {
    return null // cut off by an interrupted npm: the same as absent
  }
}
