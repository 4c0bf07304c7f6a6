import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type KnownSecrets, secretVariables } from '../secrets/known-values.ts'
import { isObject, parseObject } from './parsed-output.ts'
import type { ResolvedAgent } from './resolved-agent.ts'

const SHORTEST = 20
const looksLikeToken = (text: string): boolean => text.length >= SHORTEST && /\d/.test(text) && /^[\w.+/=~-]+$/.test(text)

/** The tokens in what a login file holds, by the keys above them. Pure. */
export const tokensIn = (value: unknown, name: string): KnownSecrets => {
  if (typeof value === 'string') return looksLikeToken(value) ? { [name]: value } : {}
  if (!isObject(value)) return {}
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => tokensIn(inner, `${name}.${key}`)))
}

/** Where the agent's login lies outside, if it has one and somebody's home is known. */
export const loginFolder = ({ login }: ResolvedAgent, given: Readonly<Record<string, string>>): string | undefined =>
  login && (given[login.variable] ?? (given['HOME'] === undefined ? undefined : path.join(given['HOME'], login.folder)))

/** All that an agent is given and nobody else may see: variables that are secret by their name, and the tokens of its login. */
export async function credentialsOf(agent: ResolvedAgent, given: Readonly<Record<string, string>>): Promise<KnownSecrets> {
  const folder = loginFolder(agent, given)
  const files = folder === undefined ? [] : (agent.login?.files ?? [])
  const tokens = files.map(async (file) => {
    const text = await readFile(path.join(folder!, file), 'utf8').catch(() => '') // signed in by a variable, or not at all
    return tokensIn(parseObject(text), `${agent.name} login`)
  })
  return Object.assign({}, secretVariables(given), ...(await Promise.all(tokens)))
}
