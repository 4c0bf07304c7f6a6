import { credentialsOf } from '../agents/credentials.ts'
import { resolveAgent } from '../agents/presets.ts'
import type { Config } from '../config/config-schema.ts'
import { type Environment, pickVariables } from '../config/environment.ts'
import type { KnownSecrets } from '../secrets/known-values.ts'
import { createSecrets, type OwnSecrets } from '../secrets/secrets.ts'

/** The variables that the configuration names as holding a secret: `..._env`. Pure. */
export const namedSecrets = (config: unknown, env: Environment): KnownSecrets => {
  if (typeof config !== 'object' || config === null) return {}
  const parts = Object.entries(config).map(([key, value]): KnownSecrets => {
    if (typeof value !== 'string') return namedSecrets(value, env)
    const secret = key.endsWith('_env') && env[value]
    return secret ? { [value]: secret } : {}
  })
  return Object.assign({}, ...parts)
}

/** What is secret here: what the configuration names, and what agents are given. */
export const openSecrets = async (config: Config, env: Environment): Promise<OwnSecrets> => {
  const agents = Object.entries(config.agents).map(([name, settings]) => resolveAgent(name, settings))
  const ofAgents = agents.map((agent) => credentialsOf(agent, agent.completeEnv({ ...pickVariables(env, agent.env), ...agent.setEnv })))
  const known: KnownSecrets = Object.assign({}, ...(await Promise.all(ofAgents)), namedSecrets(config, env))
  return createSecrets({ known, allow: config.secrets.allow })
}

/** What the system proves itself to the bus with. */
export const busSecret = (password: string | undefined): KnownSecrets => (password ? { 'the password of the bus': password } : {})
