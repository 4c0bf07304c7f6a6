import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isComplete } from '../../infra/setup/cache.mjs'
import { fillOnce } from '../../infra/setup/exclusive.mjs'
import { npmCommand, npmEnvironment } from '../../infra/setup/packages.mjs'
import { run } from '../../infra/setup/run.mjs'
import { cachedPythonPrograms, installPythonPackage, nameOfList } from './python-environment.mjs'

/** Packages that ask a model, or any server, as their users have them; LiteLLM wants another `openai` than the others. */
const python = {
  clients: {
    ...{ name: 'langchain-openai', version: '1.7.3', module: 'langchain_openai' },
    also: ['openai==3.54.0', 'requests==2.34.2', 'httpx==0.28.1', 'aiohttp==3.14.5', 'ollama==0.6.3'],
  },
  litellm: { name: 'litellm', version: '1.106.2', module: 'litellm' },
}
const node = ['openai@7.57.0', 'ai@7.0.173', '@ai-sdk/openai-compatible@3.0.92', '@langchain/openai@1.6.0', 'ollama@0.6.4', 'axios@1.21.1']
/** What those want beside them. */
const beside = ['@langchain/core@1.4.0', 'zod@4.6.7']

/** @param {string} cache @param {keyof typeof python} name @returns {string | null} the Python program that can import the clients */
export function cachedPythonClients(cache, name) {
  const programs = cachedPythonPrograms(cache, python[name])
  return programs && join(programs, 'python')
}

/** @param {string} cache */
const nodeFolder = (cache) => join(cache, `proxy-clients-node-${nameOfList([...node, ...beside])}`)

/** @param {string} cache @returns {string | null} the folder with the clients for Node, null when it is not completely installed */
export function cachedNodeClients(cache) {
  const folder = nodeFolder(cache)
  return isComplete(folder) ? folder : null
}

/**
 * Installs the clients that the model proxy is tried with. Without some of them their tests are skipped by name.
 * @param {{ root: string, cache: string, env: Record<string, string | undefined>, say: (line: string) => void }} setup
 * @returns {Promise<string>} '' or the reasons why one is not there
 */
export async function installProxyClients(setup) {
  const reasons = [await installNodeClients(setup)]
  for (const wanted of Object.values(python)) reasons.push(await installPythonPackage(setup, wanted))
  return reasons.filter((reason) => reason !== '').join('; ')
}

async function installNodeClients({ root, cache, env, say }) {
  const folder = nodeFolder(cache)
  if (isComplete(folder)) return ''
  const reason = await fillOnce(cache, folder, async () => {
    say(`clients for Node: installing ${node.join(', ')} into ${folder}`)
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    const { command, first } = npmCommand(root, env)
    // Each wants an `openai` of its own, as where its user has no other.
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', ...node, ...beside]
    const outcome = await run(command, [...first, ...args], { cwd: folder, env: npmEnvironment(env), timeoutMs: 300_000 })
    return outcome.ok ? '' : `npm install failed: ${outcome.reason}`
  })
  if (reason !== '') say(`clients for Node: not available because ${reason}; their test will be skipped and say so`)
  return reason
}
