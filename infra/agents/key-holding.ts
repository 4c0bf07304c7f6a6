import type { Loan } from '../keys/key-proxy.ts'
import { secretVariables } from '../secrets/known-values.ts'
import type { KeyWay, ResolvedAgent } from './resolved-agent.ts'

type Given = Readonly<Record<string, string>>
type Asked = Pick<ResolvedAgent, 'command' | 'readCommand' | 'keyWay' | 'masksKeys'>

/** What an agent holds of the secrets in its variables, in the sandbox. */
export interface KeyHolding {
  /** For these keys it holds stand-ins; null: for none. */
  loan: Loan | null
  /** Secret variables that it holds as they are. */
  held: string[]
  /** Variables with keys that it does not use and is not given. */
  leftOut: string[]
  /** Why a key of its model is among those; null: it is not. */
  why: string | null
}

/** Pure. @param given the agent's variables */
export function keyHolding(agent: Asked, given: Given): KeyHolding {
  const secret = Object.keys(secretVariables(given))
  const { keyWay } = agent
  if (!keyWay) return { loan: null, held: secret, leftOut: [], why: secret.length > 0 ? 'where it shows its key is not known' : null }
  const server = given[keyWay.server.variable] || keyWay.server.otherwise
  const used = keyWay.variables.filter((name) => given[name])
  const its = [...used, ...keyWay.unused.filter((name) => given[name])]
  const why = its.length === 0 ? null : (ofTheOperator(agent, keyWay) ?? (used.length === 0 ? null : elsewhere(keyWay, given, server)))
  if (why !== null || its.length === 0) return { loan: null, held: secret, leftOut: [], why }
  const held = secret.filter((name) => !its.includes(name))
  if (used.length === 0) return { loan: null, held, leftOut: its, why }
  const keys = Object.fromEntries(its.map((name) => [name, given[name] ?? '']))
  return { loan: { keys, server, env: given }, held, leftOut: [], why }
}

/** Why it is the operator's word which keys the agent uses, and how. */
function ofTheOperator({ command, readCommand, masksKeys }: Asked, { placeholder }: KeyWay): string | null {
  if (!masksKeys) return 'mask_keys = "none"'
  const commands = [command, readCommand].filter((argv) => argv.length > 0)
  return placeholder && commands.some((argv) => !argv.some((word) => word.includes(placeholder)))
    ? `its command has no ${placeholder}`
    : null
}

/** Why it does not ask a server that we could ask for it. */
function elsewhere({ unless, server }: KeyWay, given: Given, named: string): string | null {
  const other = unless.find((name) => isOn(given[name]))
  if (other) return `${other} is set`
  return /^https?:\/\//.test(named) && URL.canParse(named) ? null : `${server.variable} is no address`
}

/** What claude takes for a switch that is on: 0 and false are not. */
const isOn = (value = ''): boolean => /^\s*(?:1|true|yes|on)\s*$/i.test(value)
