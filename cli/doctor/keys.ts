import { credentialsOf } from '../../infra/agents/credentials.ts'
import { keyHolding } from '../../infra/agents/key-holding.ts'
import { resolveAgent } from '../../infra/agents/presets.ts'
import type { ResolvedAgent } from '../../infra/agents/resolved-agent.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import { type Environment, pickVariables } from '../../infra/config/environment.ts'
import { isShowable } from '../../infra/keys/rules.ts'
import { type DoctorFinding, optional, well } from './finding.ts'

interface Input {
  readonly loaded: { readonly config: Pick<LoadedConfig['config'], 'agents'> }
  readonly env: Environment
}

const advice = 'what an agent holds it can give away; a key of claude or codex in a variable is put in outside of the sandbox instead'

/** What agents hold of their keys in the sandbox; nothing where none of them has any. */
export async function keyFinding({ loaded, env }: Input): Promise<DoctorFinding[]> {
  const agents = Object.entries(loaded.config.agents).map(([name, settings]) => resolveAgent(name, settings, true))
  const holdings = (await Promise.all(agents.map((agent) => holdingOf(agent, env)))).filter(({ words }) => words.length > 0)
  if (holdings.length === 0) return []
  const found = holdings.map(({ name, words }) => `${name} holds ${words.join(' and ')}`).join('; ')
  return [holdings.some(({ isReal }) => isReal) ? optional('keys', found, advice) : well('keys', found)]
}

async function holdingOf(agent: ResolvedAgent, env: Environment): Promise<{ name: string; words: string[]; isReal: boolean }> {
  const given = agent.completeEnv({ ...pickVariables(env, agent.env), ...agent.setEnv })
  const { loan, held, why } = keyHolding(agent, given)
  const isSignedIn = !loan && Object.keys(await credentialsOf(agent, given)).some((name) => !(name in given))
  const real = [
    ...(held.length > 0 ? [`${held.join(', ')}${why === null ? '' : ` (${why})`}`] : []),
    ...(isSignedIn ? ['a copy of its login'] : []),
  ]
  const unfit = Object.entries(loan?.keys ?? {}).flatMap(([name, key]) => (isShowable(key) ? [] : [name]))
  const broken =
    unfit.length > 0 ? [`in ${unfit.join(', ')} a sign that no header may hold, such as a line break at its end: set it anew`] : []
  const standIns = loan ? [`a stand-in for ${Object.keys(loan.keys).join(', ')}`] : []
  return { name: agent.name, words: [...standIns, ...broken, ...real], isReal: real.length > 0 || broken.length > 0 }
}
