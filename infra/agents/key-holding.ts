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
  /** Why a key of its model is among those; null: it is not. */
  why: string | null
}

/** Pure. @param given the agent's variables */
export function keyHolding(agent: Asked, given: Given): KeyHolding {
  const secret = Object.keys(secretVariables(given))
  const { keyWay } = agent
  if (!keyWay?.variables.some((name) => given[name])) {
    const why = secret.length > 0 && !keyWay ? 'where it shows its key is not known' : null
    return { loan: null, held: secret, why }
  }
  const server = given[keyWay.server.variable] || keyWay.server.otherwise
  const why = whyNot(agent, keyWay, given, server)
  if (why !== null) return { loan: null, held: secret, why }
  const keys = Object.fromEntries([...keyWay.variables, ...keyWay.unused].flatMap((name) => (given[name] ? [[name, given[name]]] : [])))
  return {
    loan: { keys, server, env: given },
    held: secret.filter((name) => !(name in keys)),
    why: null,
  }
}

function whyNot(
  { command, readCommand, masksKeys }: Asked,
  { placeholder, unless, server }: KeyWay,
  given: Given,
  named: string,
): string | null {
  if (!masksKeys) return 'mask_keys = "none"'
  const elsewhere = unless.find((name) => given[name])
  if (elsewhere) return `${elsewhere} is set`
  const commands = [command, readCommand].filter((argv) => argv.length > 0)
  if (placeholder && commands.some((argv) => !argv.some((word) => word.includes(placeholder)))) return `its command has no ${placeholder}`
  return /^https?:\/\//.test(named) && URL.canParse(named) ? null : `${server.variable} is no address`
}
