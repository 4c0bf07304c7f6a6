import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { SandboxManager } from '@anthropic-ai/sandbox-runtime'
import { secretPlaces } from './places.ts'

/** The library holds one sandbox a process, with its proxy: it is begun with the first user of it here and ended with the last. */
let users = 0
let begun: Promise<void> | undefined

const nothing = { network: { allowedDomains: [], deniedDomains: [] }, filesystem: { denyRead: ['/'], allowWrite: [], denyWrite: [] } }

/** Its helpers, which every run needs to see. */
const helpers = fileURLToPath(new URL('../vendor/', import.meta.resolve('@anthropic-ai/sandbox-runtime')))

/** A folder that the library opens to every run where it is there; the person's own agents keep files in it. */
const shared = '/tmp/claude'

/** The library's command without that folder. Throws when it opens it in a way that we do not know. Pure. */
export function withoutShared(word: string): string {
  const end = word.indexOf(' -- ')
  if (end < 0) return word
  const head = word.slice(0, end).replaceAll(` --bind ${shared} ${shared}`, '')
  if (new RegExp(`bind\\S* ${shared}(/| |$)`).test(head)) throw new Error(`the sandbox would open ${shared}, which others write, to a run`)
  return head + word.slice(end)
}

/** Begins the library's proxy. Throws in its words when something of the system is missing. */
export async function holdRuntime(): Promise<AsyncDisposable> {
  users += 1
  begun ??= SandboxManager.initialize({ ...nothing, mandatoryDenySearchDepth: 1 })
  let isHeld = true
  const release = async (): Promise<void> => {
    if (!isHeld) return
    isHeld = false
    users -= 1
    if (users > 0) return
    begun = undefined
    await SandboxManager.reset()
  }
  try {
    await begun
  } catch (error) {
    await release()
    throw error
  }
  return { [Symbol.asyncDispose]: release }
}

export interface Rules {
  reads: readonly string[]
  writes: readonly string[]
  /** Host names, `*.` in front for all below one, a port behind a colon; the only ones it reaches. */
  hosts: readonly string[]
}

/** The line for `sh` inside as an argv to start outside; `release` forgets its hosts. */
export async function confine(line: string, rules: Rules): Promise<{ argv: string[]; release: () => void }> {
  // The library binds hosts to a run by this id alone, which the run presents: nobody may guess it.
  const commandId = randomBytes(16).toString('base64url')
  const socket = SandboxManager.getLinuxHttpSocketPath()
  const literal = (place: string) => ({ path: place, literal: true as const })
  const filesystem = {
    denyRead: ['/', ...secretPlaces.map(literal)],
    allowRead: [...rules.reads, helpers, ...(socket ? [socket] : [])].map(literal),
    allowWrite: rules.writes.map(literal),
    denyWrite: [],
  }
  const network = { allowedDomains: [], deniedDomains: [] }
  // Not bash: with a socket for its input it would run a .bashrc of the run's home, and the outer shell outside.
  const wrapped = await SandboxManager.wrapWithSandboxArgv(line, 'sh', { filesystem, network }, undefined, undefined, { commandId })
  if (rules.hosts.length > 0) SandboxManager.registerCommandNetworkLists(commandId, { allowedDomains: [...rules.hosts] })
  const release = (): void => {
    SandboxManager.unregisterCommandNetworkLists(commandId)
    SandboxManager.cleanupAfterCommand()
  }
  return { argv: wrapped.argv.map(withoutShared), release }
}
