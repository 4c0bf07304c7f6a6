import { whyUnwritable } from '../infra/files/why-unwritable.ts'

/** What exit codes mean: see `cortex --help`. */
export const Exit = { done: 0, failed: 1, usage: 2, noBus: 3, interrupted: 130 } as const
export type ExitCode = (typeof Exit)[keyof typeof Exit]

/** Ends a command with words for a person. All faults at once. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault'
  readonly exit: ExitCode
  readonly faults: readonly string[]
  /** Whether a running system says so, in whose words others have their say. */
  readonly isTold: boolean
  constructor(exit: ExitCode, faults: readonly string[], { isTold = false } = {}) {
    super(faults.join('\n'))
    this.exit = exit
    this.faults = faults
    this.isTold = isTold
  }
}

/** The exit code and the words for anything a command threw. Names instead of classes: most commands never load them. */
export const faultOf = (error: unknown): { exit: ExitCode; faults: readonly string[]; isTold?: boolean } => {
  if (error instanceof CommandFault) return error
  const message = wordsOf(error)
  switch (error instanceof Error ? error.name : '') {
    case 'ConfigFault':
    case 'DataInUse':
    case 'DataUnwritable':
    case 'StoreInUse':
      return { exit: Exit.usage, faults: [message] }
    case 'BusUnavailable':
    case 'NatsServerMissing':
      return { exit: Exit.noBus, faults: [message] }
    default:
      return { exit: Exit.failed, faults: [message] }
  }
}

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const why = whyUnwritable(error)
  // What may not be opened may be meant to be read alone.
  if (why === undefined || ('code' in error && error.code === 'EACCES')) return error.message
  const place = 'path' in error && typeof error.path === 'string' ? `${error.path} cannot be written` : error.message
  return `${place}: ${why}. Mend that and try again.`
}
