import type { Terminal } from './terminal.ts'

/** A word after the command's name. */
export interface WordSpec {
  readonly name: string
  readonly required: boolean
  /** The fault in words; undefined when it is well. */
  readonly check?: (text: string) => string | undefined
}

export interface OptionSpec {
  readonly name: string
  /** What stands for the value in the help; without it the option is a switch. */
  readonly value?: string
  readonly summary: string
  /** The fault in words when it is missing. */
  readonly required?: string
  readonly check?: (text: string) => string | undefined
}

/** What a command was given, checked. */
export interface Given {
  /** The words in order; an optional one that is missing is ''. */
  readonly words: readonly string[]
  readonly value: (option: string) => string | undefined
  readonly isSet: (option: string) => boolean
}

/** Does the work and says the exit code. Throws `CommandFault`. */
export type RunCommand = (given: Given, terminal: Terminal) => Promise<number>

export interface CommandSpec {
  readonly name: string
  readonly summary: string
  readonly words: readonly WordSpec[]
  readonly options: readonly OptionSpec[]
  /** More about it, below its help. */
  readonly notes?: string
  /** Loaded only when it is called: the others start quickly. */
  readonly load: () => Promise<{ default: RunCommand }>
}
