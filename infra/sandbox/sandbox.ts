import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { withoutPort } from '../config/loopback.ts'
import type { KeyProxy } from '../keys/key-proxy.ts'
import { type ControlGroups, findControlGroups } from '../processes/control-groups.ts'
import { closeInherited } from '../processes/inherited.ts'
import { neverStarted, type ProcessInput, type ProcessResult, runProcess } from '../processes/processes.ts'
import type { RunLimits } from '../processes/watch.ts'
import { findOnPath } from '../setup/cache.mjs'
import { missingPackages } from '../setup/sandbox.mjs'
import { removeLeftovers, trialPrefix } from './leftovers.ts'
import { filesIn, notForEverybody, placesOfProgram, readablePlaces, secretPlaces } from './places.ts'
import { holdRuntime, ownAddresses, type SandboxRuntime } from './runtime.ts'
import { shellLine } from './shell-line.ts'
import { whyUnfit } from './temporary-place.ts'

/** What a run may do beyond its own pid and network namespace. Paths are absolute. */
export interface Confinement {
  /** Places it may read besides the system's and those of its program; `~` is the person's home. */
  reads: readonly string[]
  /** The only folders it may write. */
  writes: readonly string[]
  /** The only hosts it reaches, and these not by loopback unless an address of it stands here. */
  hosts: readonly string[]
  /** Every public host besides. */
  isOpen?: boolean
}

export interface ConfinedResult extends ProcessResult {
  /** Hosts with their ports that it asked for and was not let reach. */
  refused: readonly string[]
}

export interface Sandbox extends AsyncDisposable {
  /** Null: every run is confined. Else why none is, in a sentence. */
  readonly missing: string | null
  /** Stand-ins for keys, which are put in outside of the sandbox; null without one. */
  readonly lend: KeyProxy['lend'] | null
  /** `runProcess` inside; without a sandbox the same run outside. Its limits hold in both. */
  run(input: ProcessInput, confinement: Confinement): Promise<ConfinedResult>
}

type SandboxSettings = Config['sandbox']

export interface SandboxOptions {
  settings: SandboxSettings
  /** Our environment: the home whose `~` is meant. */
  env: Environment
  /** Folders that a tool's place never opens: data, cache. */
  closed: readonly string[]
}

/** Clears what killed processes left, sets up the sandbox and tries it by running something in it. Never throws: what is wrong is its `missing`. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const controlGroups = await findControlGroups()
  const without = (reason: string) => withoutSandbox(reason, options.settings, controlGroups)
  if (options.settings.mode === 'none') return without('it is switched off by [sandbox] mode = "none"')
  const temporary = await realpath(tmpdir()).catch(tmpdir) // it may not be there
  const lacking = whatIsMissing(options.env) ?? (await whyUnfit(temporary))
  if (lacking) return without(lacking)
  try {
    closeInherited()
    await removeLeftovers(temporary)
    const hidden = [...secretPlaces, ...(await notForEverybody('/etc'))]
    const sandbox = confining(options, await holdRuntime(), hidden, controlGroups)
    const reason = await probe(sandbox, options.env)
    if (reason === null) return sandbox
    await sandbox[Symbol.asyncDispose]()
    return without(reason)
  } catch (error) {
    return without(`the sandbox cannot be had here: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** What a setting of a project's network opens: this machine's own addresses never. */
export function reachOf(network: 'none' | 'open' | readonly string[]): Required<Pick<Confinement, 'hosts' | 'isOpen'>> {
  if (typeof network === 'string') return { hosts: [], isOpen: network === 'open' }
  const own = ownAddresses()
  return { hosts: network.filter((host) => !own.includes(withoutPort(host).replace(/^\[|\]$/g, ''))), isOpen: false }
}

/** Which packages of the distribution are missing, and how to get them; null when all are there. */
function whatIsMissing(env: Environment): string | null {
  const packages = missingPackages(env)
  return packages.length === 0
    ? null
    : `packages of the system are missing; install them, for instance by: apt-get install ${packages.join(' ')}`
}

const megabyte = 1024 * 1024

function limitsOf(settings: SandboxSettings, folders: readonly string[]): RunLimits {
  const { memory_mb, processes, output_mb, disk_mb } = settings
  return { memoryBytes: memory_mb * megabyte, processes, outputBytes: output_mb * megabyte, diskBytes: disk_mb * megabyte, folders }
}

/** Runs everything outside, and says why. */
export function withoutSandbox(missing: string, settings?: SandboxSettings, controlGroups: ControlGroups | null = null): Sandbox {
  const run: Sandbox['run'] = async (input, { writes }) => {
    const ended = await runProcess(settings ? { ...input, controlGroups, limits: limitsOf(settings, writes) } : input)
    return { ...ended, refused: [] }
  }
  return { missing, lend: null, run, [Symbol.asyncDispose]: async () => undefined }
}

/** The sandbox in which a run in a worktree also reads what the worktree borrows from: `borrowedBy` answers that folder, or null. */
export function withBorrowed(sandbox: Sandbox, borrowedBy: (folder: string) => string | null): Sandbox {
  const run: Sandbox['run'] = (input, confinement) => {
    const lender = borrowedBy(input.cwd)
    return sandbox.run(input, lender === null ? confinement : { ...confinement, reads: [...confinement.reads, lender] })
  }
  return { ...sandbox, run }
}

function confining(options: SandboxOptions, held: SandboxRuntime, hidden: readonly string[], controlGroups: ControlGroups | null): Sandbox {
  return {
    missing: null,
    lend: held.lend,
    run: async (asked, confinement) => {
      const input = { ...asked, env: { ...toolchains(options.env), ...asked.env, PATH: absoluteOnly(asked.env['PATH']) } }
      const [name = ''] = input.argv
      const program = name.includes('/') ? path.resolve(input.cwd, name) : findOnPath(name, { PATH: input.env['PATH'] })
      if (program === null || !existsSync(program))
        return { ...neverStarted('ENOENT', `${name} is not installed or not on the PATH`), refused: [] }
      const reads = await placesToRead(options, input, program, confinement.reads)
      const { hosts, isOpen = false } = confinement
      const rules = { reads, writes: await realPaths(confinement.writes), hidden, hosts, isOpen }
      // A folder on the way may be a link, which is not there inside; the name itself stays, for it can mean something to the program.
      const shown = path.join(await realpath(path.dirname(program)), path.basename(program))
      const line = insideLine([shown, ...input.argv.slice(1)], input.env, hosts)
      const confined = await held.confine(line, rules)
      try {
        const ended = await runProcess({ ...input, argv: confined.argv, controlGroups, limits: limitsOf(options.settings, rules.writes) })
        return { ...ended, refused: confined.refused() }
      } finally {
        confined.release()
      }
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

/** The sandbox itself is looked up in it, in the worktree: a folder like `.` or `node_modules/.bin` is another's to fill. */
function absoluteOnly(searchPath: string | undefined): string {
  const folders = (searchPath ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  return folders.join(path.delimiter) || '/usr/local/bin:/usr/bin:/bin'
}

/** Toolchains that look for themselves in the home, which is another one inside. */
function toolchains({ HOME, RUSTUP_HOME }: Environment): Record<string, string> {
  const rust = RUSTUP_HOME ?? (HOME && path.join(HOME, '.rustup'))
  return rust && existsSync(rust) ? { RUSTUP_HOME: rust } : {}
}

/** Waits for the relay to the proxy at port 3128, at most 10 s: the library waits 0.3 s, in which a busy machine has not started it. */
const proxyListens = `n=0; until grep -qs ':0C38 [0-9A-F:]* 0A ' /proc/net/tcp /proc/net/tcp6 || [ $n -ge 200 ]; do sleep 0.05; n=$((n+1)); done`

/** The library sets variables of its own, for every run the same; those of this run are set again behind it. */
function insideLine(argv: readonly string[], env: Readonly<Record<string, string>>, hosts: readonly string[]): string {
  const loopback = hosts.some((host) => /^(localhost|127\.|\[::1\])/.test(host))
  const unset = ['JAVA_TOOL_OPTIONS', 'CLAUDE_CODE_HOST_HTTP_PROXY_PORT', 'CLAUDE_CODE_HOST_SOCKS_PROXY_PORT']
  if (loopback) unset.push('NO_PROXY', 'no_proxy')
  const steps = ['mkdir -p /tmp/claude 2>/dev/null', `unset ${unset.join(' ')}`]
  // The library's own list has private networks on it, which a program would then look for without the proxy, and in vain.
  if (!loopback) steps.push('export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1')
  if (process.platform === 'linux') steps.push(proxyListens)
  if (env['TMPDIR'] !== undefined) steps.push(`export TMPDIR=${shellLine([env['TMPDIR']])}`)
  return [...steps, `exec ${shellLine(argv)}`].join('; ')
}

async function realPaths(places: readonly string[]): Promise<string[]> {
  return Promise.all(places.map((place) => realpath(place).catch(() => place))) // not there: nothing to see
}

async function placesToRead(options: SandboxOptions, input: ProcessInput, program: string, reads: readonly string[]): Promise<string[]> {
  const home = options.env['HOME'] ?? '/root'
  const onPath = (input.env['PATH'] ?? '').split(path.delimiter)
  const named = await filesOf(input.argv, input.cwd)
  const tools = [...(await realPaths(onPath.map((folder) => path.join(folder, '.')))), ...onPath]
  const certificates = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'JAVA_HOME', 'RUSTUP_HOME'].flatMap((name) => input.env[name] ?? [])
  const seeing = {
    tools: [
      ...tools.flatMap((folder) => [folder, ...placesOfProgram(path.join(folder, 'any'))]),
      ...placesOfProgram(await realpath(program)),
    ],
    named,
    reads: await realPaths([...reads.map((place) => place.replace(/^~(?=\/|$)/, home)), ...certificates]),
    closed: await realPaths([home, ...options.closed]),
  }
  return readablePlaces(seeing, filesIn).filter((place) => existsSync(place))
}

/** Files that the command names by an absolute path: its script, its settings. */
async function filesOf(argv: readonly string[], cwd: string): Promise<string[]> {
  const files: string[] = []
  for (const word of argv) {
    if (!path.isAbsolute(word) || word.startsWith(`${cwd}/`)) continue
    const found = await stat(word).catch(() => null) // a word that only looks like a path
    if (found?.isFile()) files.push(await realpath(word))
  }
  return files
}

/** Runs something that must succeed inside, and something that must not. Null when both did as they should. */
async function probe(sandbox: Sandbox, env: Environment): Promise<string | null> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), trialPrefix(hostname(), process.pid)))
  const [inside, outside] = [path.join(folder, 'in'), path.join(folder, 'out')]
  await mkdir(inside)
  try {
    // Only Linux gives it process numbers of its own.
    const numbered = process.platform === 'linux' ? 'test $$ -lt 1000 && ' : ''
    const script = `echo inside > "$1/file" || exit 1; (echo outside > "$2") 2>/dev/null; ${numbered}echo works`
    const argv = ['sh', '-c', script, 'probe', inside, outside]
    const run = await sandbox.run(
      { argv, cwd: inside, env: { PATH: env['PATH'] ?? '/usr/bin:/bin' }, timeoutMs: 20_000 },
      { reads: [], writes: [inside], hosts: [] },
    )
    const held = run.exitCode === 0 && run.stdout.trim() === 'works' && existsSync(path.join(inside, 'file')) && !existsSync(outside)
    if (held) return null
    const said = run.startFailure?.message ?? (`${run.stderr}`.trim().split('\n').slice(-2).join(' ') || `exit code ${run.exitCode}`)
    return `the sandbox does not work here (${said.slice(0, 300)}); allow user namespaces, in a container by a security profile that permits them`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
