import type { Terminal } from './terminal.ts'

/** Says in words what a text must be ("must be ..."); undefined when it is well. */
export type OptionCheck = (text: string) => string | undefined

/** A word after the command's name. */
export interface WordSpec {
  readonly name: string
  readonly required: boolean
  readonly check: OptionCheck
}

export interface OptionSpec {
  readonly name: string
  /** What stands for the value in the help; without it the option is a switch. */
  readonly value?: string | undefined
  readonly summary: string
  readonly check?: OptionCheck | undefined
  /** What to say when it is missing. */
  readonly required?: string | undefined
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
  /** Loaded only when it is called: the others start quickly. */
  readonly load: () => Promise<{ default: RunCommand }>
}

/** An option as its help shows it: `--hash <hash>`, or `--yes` for a switch. */
export const option = (flags: string, summary: string, check?: OptionCheck, required?: string): OptionSpec => {
  const [, name = '', value] = /^--([\w-]+)(?: <([\w-]+)>)?$/.exec(flags) ?? []
  return { name, value, summary, check, required }
}
