import type { AgentRun } from '../../functions/ports.ts'

export type AgentRole = AgentRun['role']
type PromptWay = 'stdin' | 'file'
export type OutputFormat = 'text' | 'claude-json' | 'codex-jsonl' | 'json'

export interface Login {
  /** Variable that names the folder. */
  variable: string
  /** The folder where the variable is not set, below the home. */
  folder: string
  files: readonly string[]
}

/** How an agent shows its model's server a key, so that a stand-in can be lent for it. */
export interface KeyWay {
  /** Variables that hold a key which it uses where one is set. */
  variables: readonly string[]
  /** Further variables that may hold one, which it then does not use. */
  unused: readonly string[]
  /** The variable that names the server by a base URL, and the server where it is not set. */
  server: { variable: string; otherwise: string }
  /** Its command must have this, or it never hears of another server. */
  placeholder?: string
  /** Switches by which it goes to a server with keys of another kind. */
  unless: readonly string[]
}

/** Everything there is to know about an agent before it runs: its preset with the operator's settings laid over it. */
export interface ResolvedAgent {
  name: string
  /** argv for writing code, with placeholders. */
  command: readonly string[]
  /** argv for every other role. */
  readCommand: readonly string[]
  /** argv that prints the version. */
  versionCommand: readonly string[]
  prompt: PromptWay
  output: OutputFormat
  model: string | undefined
  /** Names of variables passed on from our environment. */
  env: readonly string[]
  setEnv: Readonly<Record<string, string>>
  /** What the agent needs to find its login in the variables it gets. */
  completeEnv: (env: Readonly<Record<string, string>>) => Record<string, string>
  /** Hosts it reaches from the sandbox. */
  hosts: readonly string[]
  /** Those of them that it needs for showing its key alone. */
  keyHosts: readonly string[]
  /** Not known for agents without a preset. */
  keyWay?: KeyWay | undefined
  masksKeys: boolean
  /** Places it may read from the sandbox besides its worktree. */
  reads: readonly string[]
  /** Where it keeps a person's login; in the sandbox it gets a copy of these files alone. */
  login?: Login | undefined
  /** Further tools for writing code, beside those of the command. */
  allow: readonly string[]
  roles: readonly AgentRole[]
  /** So long, in milliseconds, without a line of it, and it is stuck: its operator's word. */
  silenceMs?: number | undefined
  inputUsdPerMtok: number | undefined
  outputUsdPerMtok: number | undefined
}

/** Values for the placeholders of a command. An undefined one has none in this run. */
export type Placeholders = Readonly<Record<string, string | undefined>>

/**
 * Fills `{name}` in the command's arguments. An argument whose placeholder has no value is left out together with the
 * option in front of it, so `--model {model}` vanishes when no model is configured. Unknown `{words}` stay as they are.
 */
export function fillCommand(command: readonly string[], values: Placeholders): string[] {
  const filled: string[] = []
  for (const argument of command) {
    const names = [...argument.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? '').filter((name) => Object.hasOwn(values, name))
    if (names.some((name) => values[name] === undefined)) {
      if (filled.length > 1 && filled.at(-1)?.startsWith('-')) filled.pop()
      continue
    }
    filled.push(argument.replace(/\{([a-z_]+)\}/g, (text, name: string) => values[name] ?? text))
  }
  return filled
}
