import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { whyClosed } from '../../infra/files/why-unwritable.ts'
import { checkServerVersion, findNatsServer, NatsServerMissing, readServerInfo } from '../../infra/nats/nats-server.ts'
import { type Separation, separationOf } from '../../infra/nats/separation.ts'
import { cachedSemgrep, findOnPath, isAtLeast, oldest, versionIn } from '../../infra/setup/cache.mjs'
import { findBrowser } from '../../infra/setup/find-browser.mjs'
import { ask, type DoctorFinding, type DoctorInput, firstLine, missing, optional, well } from './finding.ts'

export function nodeFinding(): DoctorFinding {
  return judgeVersion(
    'Node',
    process.versions.node,
    oldest.node,
    'run "npm start" in the clone, which brings its own Node, or install it from nodejs.org',
  )
}

export async function gitFinding({ env }: DoctorInput): Promise<DoctorFinding> {
  const answer = await ask(env, 'git', ['--version'])
  const advice = 'install it with the package manager of this system, for instance apt install git'
  return judgeVersion('git', answer.ok ? answer.output : `not found (${answer.reason})`, oldest.git, advice)
}

/** Pure: what a version text means beside the oldest version that works. */
export function judgeVersion(name: string, text: string, wanted: string, advice: string): DoctorFinding {
  const version = versionIn(text)
  if (version === null) return missing(name, text.trim(), advice)
  return isAtLeast(version, wanted) ? well(name, version) : missing(name, `${version}, but ${wanted} or newer is needed`, advice)
}

export async function natsFinding({ loaded, env }: DoctorInput): Promise<DoctorFinding> {
  if (loaded.natsUrl !== null) return foreignServer(loaded.natsUrl)
  try {
    const { path, version } = await findNatsServer(env)
    return well('nats-server', `${version} (${path})`)
  } catch (error) {
    if (error instanceof NatsServerMissing) return missing('nats-server', 'not found', error.message)
    throw error
  }
}

async function foreignServer(natsUrl: string): Promise<DoctorFinding> {
  const first = natsUrl.split(',')[0]?.trim() ?? ''
  const { hostname, port, protocol } = new URL(first.includes('://') ? first : `nats://${first}`)
  const where = `${hostname}:${port || 4222}`
  if (protocol !== 'nats:') return optional('NATS_URL', `${where} is not looked at over ${protocol}//`, 'cortex up says whether it fits')
  try {
    const info = await readServerInfo(hostname, Number(port || 4222), 5_000)
    const fault = checkServerVersion(info)
    return fault === null ? judgeSeparation(`${info.version} at ${where}`, await separationOf(natsUrl)) : missing('NATS_URL', where, fault)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return missing('NATS_URL', `${where}: ${reason}`, 'start that server, or unset NATS_URL to use the embedded one')
  }
}

/** Pure: whether a server of somebody else keeps those without a login apart from the system. */
export function judgeSeparation(server: string, separation: Separation): DoctorFinding {
  const advice = 'give them an account of their own (SECURITY.md, "A bus of your own", has the lines), or use the embedded server'
  switch (separation) {
    case 'closed':
      return well('NATS_URL', `${server}; nobody is let in without a login`)
    case 'separate':
      return well('NATS_URL', `${server}; who comes without a login has an account of his own`)
    case 'shared':
      return optional('NATS_URL', `${server}; who comes without a login may do all that Cortex may: write facts, approve plans`, advice)
    case 'unknown':
      return optional('NATS_URL', `${server}; it does not tell which account somebody without a login has`, advice)
  }
}

export async function semgrepFinding({ loaded, env }: DoctorInput): Promise<DoctorFinding> {
  const wanted = loaded.config.semgrep.command
  const onPath = wanted.includes('/') ? wanted : findOnPath(wanted, env)
  const path = onPath ?? (wanted === 'semgrep' ? cachedSemgrep(loaded.cacheDir) : null)
  const advice = 'run "node infra/setup/setup.mjs --for demo", or "pip install semgrep"; without it scans are skipped and say so'
  if (path === null) return optional('semgrep', `${wanted} was not found`, advice)
  const answer = await ask(env, path, ['--version'], { SEMGREP_ENABLE_VERSION_CHECK: '0', SEMGREP_SEND_METRICS: 'off' })
  return answer.ok
    ? well('semgrep', `${firstLine(answer.output)} (${path})`)
    : optional('semgrep', `${path} does not run: ${answer.reason}`, advice)
}

/** The browser lane's browser. */
export function chromiumFinding({ env }: DoctorInput): DoctorFinding {
  const path = findBrowser(env)
  if (path !== null) return well('Chromium', path)
  const found = env['CORTEX_BROWSER'] ? `CORTEX_BROWSER names ${env['CORTEX_BROWSER']}, which is no program here` : 'not found'
  return optional(
    'Chromium',
    found,
    'only the browser lane needs it: install Chromium or Chrome, or run "npx playwright-core install chromium"',
  )
}

export async function diskFindings({ loaded }: DoctorInput): Promise<DoctorFinding[]> {
  const places = { 'disk: data': loaded.dataDir, 'disk: cache': loaded.cacheDir }
  return Promise.all(Object.entries(places).map(async ([name, path]) => judgeDisk(name, path, await lookAt(path))))
}

/** Pure: streams, mirrors and worktrees need room; under 1 GiB the next task may fail for want of it. */
export function judgeDisk(name: string, path: string, { free, unwritable }: Look): DoctorFinding {
  const elsewhere = 'choose another place with --data or CORTEX_CACHE_DIR'
  if (unwritable) return missing(name, `${path} cannot be written: ${unwritable}`, `mend that, or ${elsewhere}`)
  const found = `${(free / 2 ** 30).toFixed(1)} GiB free in ${path}`
  return free >= 2 ** 30 ? well(name, found) : missing(name, found, `free at least 1 GiB, or ${elsewhere}`)
}

interface Look {
  /** Bytes. */
  readonly free: number
  /** Why nothing can be written there. */
  readonly unwritable?: string | undefined
}

async function lookAt(path: string): Promise<Look> {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  const { bavail, bsize } = await statfs(at)
  return { free: bavail * bsize, unwritable: await whyClosed(at) }
}
