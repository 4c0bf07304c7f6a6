import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SandboxManager } from '@anthropic-ai/sandbox-runtime'
import { type KeyProxy, keyHost, openKeyProxy } from '../keys/key-proxy.ts'
import { isPublicHost, privateRanges } from './addresses.ts'
import { refusedCalls } from './refused-calls.ts'
import { shellWord } from './shell-line.ts'

type Manager = typeof SandboxManager

const library = import.meta.resolve('@anthropic-ai/sandbox-runtime')
/** Its helpers, which every run needs to see. */
const helpers = fileURLToPath(new URL('../vendor/', library))

const socat = fileURLToPath(new URL('./socat-until-parent-ends.sh', import.meta.url))

/** A folder that the library opens to every run where it is there; the person's own agents keep files in it. */
const shared = '/tmp/claude'

/**
 * What the library leaves open on Linux: root inside is root to the kernel's settings, of which `core_pattern` names a program
 * that the kernel starts outside; shared memory and queues of System V are those of the machine; and the names of the person's keys
 * can be read.
 */
const closes = [
  '--unshare-ipc --unshare-uts --ro-bind /proc/sys /proc/sys',
  ...['fs', 'acpi', 'mtrr', 'scsi', 'driver'].map((name) => `--ro-bind-try /proc/${name} /proc/${name}`),
  ...['/proc/keys', '/proc/key-users'].filter((list) => existsSync(list)).map((list) => `--ro-bind /dev/null ${list}`),
].join(' ')

/**
 * The library's command line for bubblewrap, closed further; any other word as it is. Throws when it is not made as we know it.
 * Pure.
 * @param filter a file with the calls that the kernel is to refuse; null where there is none
 */
export function closed(word: string, filter: string | null): string {
  if (!word.startsWith('bwrap ')) return word
  const end = word.indexOf(' -- ')
  const head = word.slice(0, end).replaceAll(` --bind ${shared} ${shared}`, '')
  if (new RegExp(`bind\\S* ${shared}(/| |$)`).test(head)) throw new Error(`the sandbox would open ${shared}, which others write, to a run`)
  if (end < 0 || !head.includes(' --proc /proc')) throw new Error('the sandbox is not made as it was, and cannot be closed')
  const line = `${head} ${closes}`
  return filter === null ? line + word.slice(end) : `${line} --seccomp 9${word.slice(end)} 9< ${shellWord(filter)}`
}

/** Addresses of this machine at this moment. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
}

const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * The library ends its proxy at a signal, while we still end what runs and start what has to be ended in order; at one that comes while
 * it begins it would give up, and the process would live on without a sandbox. So it is not to hear of any: it is told by `reset`, and
 * hears of the end of the process.
 */
async function withOwnSignals<Begun>(begin: () => Promise<Begun>): Promise<Begun> {
  // Its listeners are gone before the next turn of the loop, which is the first that could bring a signal.
  const keepOff = (event: string | symbol, listener: NodeJS.SignalsListener): void => {
    const signal = signals.find((name) => name === event)
    if (signal && listener.name === 'cleanupHandler') queueMicrotask(() => process.off(signal, listener))
  }
  process.on('newListener', keepOff)
  try {
    return await begin()
  } finally {
    process.off('newListener', keepOff)
  }
}

/** The library holds one sandbox, with its proxy, for all of a process: it is begun with the first user of it and ended with the last. */
function shareOne<Given extends unknown[], Begun extends AsyncDisposable>(begin: (...given: Given) => Promise<Begun>) {
  let users = 0
  let begun: Promise<Begun> | undefined
  return async (...given: Given): Promise<AsyncDisposable & { shared: Begun }> => {
    users += 1
    begun ??= withOwnSignals(() => begin(...given))
    const mine = begun
    let isHeld = true
    const release = async (): Promise<void> => {
      if (!isHeld) return
      isHeld = false
      users -= 1
      if (users > 0) return
      begun = undefined
      await (await mine.catch(() => null))?.[Symbol.asyncDispose]() // one that never began has nothing to end
    }
    try {
      return { shared: await mine, [Symbol.asyncDispose]: release }
    } catch (error) {
      await release()
      throw error
    }
  }
}

const common = { socatPath: socat, filesystem: { denyRead: ['/'], allowWrite: [], denyWrite: [] }, mandatoryDenySearchDepth: 1 }
const noHosts = { allowedDomains: [], deniedDomains: [] }
/** What is asked of the one host goes to where keys are put in. */
const networkWith = ({ socket }: KeyProxy) => ({ ...noHosts, mitmProxy: { socketPath: socket, domains: [keyHost] } })

/** Writes what the kernel is to refuse to runs beside the keys' socket, with which it goes. Null for a machine that we do not know. */
async function writeFilter(folder: string): Promise<string | null> {
  const filter = refusedCalls(process.arch)
  if (filter === null) return null
  const place = path.join(folder, 'refused-calls')
  await writeFile(place, filter, { mode: 0o600 })
  return place
}

/** For runs that reach the hosts on their list. */
const holdListed = shareOne(async () => {
  const { SandboxManager: manager } = await import('@anthropic-ai/sandbox-runtime') // large, and not needed where nothing is confined
  await using begun = new AsyncDisposableStack()
  const keys = begun.use(await openKeyProxy())
  const filter = await writeFilter(path.dirname(keys.socket))
  await manager.initialize({ ...common, network: networkWith(keys) })
  begun.defer(() => manager.reset())
  const all = begun.move()
  return { manager, keys, filter, [Symbol.asyncDispose]: () => all.disposeAsync() }
})

/**
 * For runs that reach every public host. The library's lists know no such run and what it asks back does not tell which run it
 * is about, so it is loaded a second time, with a proxy of its own that only these runs are given.
 */
const holdOpen = shareOne(async (keys: KeyProxy) => {
  const { SandboxManager: manager }: { SandboxManager: Manager } = await import(new URL('./sandbox/sandbox-manager.js?open', library).href)
  const network = { ...networkWith(keys), deniedResolvedAddresses: privateRanges }
  await manager.initialize({ ...common, network }, async ({ host }) => isPublicHost(host, ownAddresses()))
  return { manager, [Symbol.asyncDispose]: () => manager.reset() }
})

export interface Rules {
  reads: readonly string[]
  writes: readonly string[]
  /** Places within those that are empty inside all the same. */
  hidden: readonly string[]
  /** Host names, `*.` in front for all below one, a port behind a colon; the only ones it reaches, unless it is open. */
  hosts: readonly string[]
  /** Every public host besides. */
  isOpen: boolean
}

/** A run's line for `sh` inside, as an argv to start outside. */
interface Confined {
  argv: string[]
  /** Hosts and ports that it was not let reach so far. */
  refused(): string[]
  /** Forgets its hosts. */
  release(): void
}

export interface SandboxRuntime extends AsyncDisposable {
  /** Stand-ins that runs are given in place of keys. */
  lend: KeyProxy['lend']
  confine(line: string, rules: Rules): Promise<Confined>
}

/** Begins the library's proxy. Throws in its words when something of the system is missing. */
export async function holdRuntime(): Promise<SandboxRuntime> {
  await using held = new AsyncDisposableStack()
  const { shared: listed } = held.use(await holdListed())
  let open: ReturnType<typeof holdOpen> | undefined
  const all = held.move()
  return {
    lend: listed.keys.lend,
    confine: async (line, rules) => {
      if (rules.isOpen) open ??= holdOpen(listed.keys).then((opened) => all.use(opened))
      const { manager } = rules.isOpen ? (await open!).shared : listed
      return confine(manager, line, rules, listed.filter)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function confine(manager: Manager, line: string, rules: Rules, filter: string | null): Promise<Confined> {
  // The library binds hosts to a run by this id alone, which the run presents: nobody may guess it.
  const commandId = randomBytes(16).toString('base64url')
  const socket = manager.getLinuxHttpSocketPath()
  const literal = (place: string) => ({ path: place, literal: true as const })
  const filesystem = {
    denyRead: ['/', ...rules.hidden.map(literal)],
    allowRead: [...rules.reads, helpers, socat, ...(socket ? [socket] : [])].map(literal),
    allowWrite: rules.writes.map(literal),
    denyWrite: [],
  }
  // Not bash: with a socket for its input it would run a .bashrc of the run's home, and the outer shell outside.
  const wrapped = await manager.wrapWithSandboxArgv(line, 'sh', { filesystem, network: noHosts }, undefined, undefined, { commandId })
  if (rules.hosts.length > 0) manager.registerCommandNetworkLists(commandId, { allowedDomains: [...rules.hosts] })
  return {
    argv: wrapped.argv.map((word) => closed(word, filter)),
    refused: () => refusedHosts(manager.getSandboxViolationStore().getViolationsForCommand(commandId)),
    release: () => {
      manager.unregisterCommandNetworkLists(commandId)
      manager.cleanupAfterCommand()
    },
  }
}

/** Pure. */
function refusedHosts(violations: readonly { line: string }[]): string[] {
  return [...new Set(violations.flatMap(({ line }) => /^deny network-outbound (\S{1,300}) \(/.exec(line)?.[1] ?? []))].slice(0, 10)
}
